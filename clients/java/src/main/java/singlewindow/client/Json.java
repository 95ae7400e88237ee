package singlewindow.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as maps, lists, texts, numbers (as {@link Double} or {@link Long}), truth values and null. */
public final class Json {
    private final String text;
    private int place;

    private Json(String text) {
        this.text = text;
    }

    /** Read a text; throws {@link IllegalArgumentException} if it is not JSON. */
    public static Object read(String text) {
        Json json = new Json(text);
        Object value = json.value();
        json.space();
        if (json.place < text.length()) {
            throw json.wrong();
        }
        return value;
    }

    /** Write maps, lists, texts, numbers, truth values and null. */
    public static String write(Object value) {
        if (value instanceof Map<?, ?> map) {
            List<String> members = new ArrayList<>();
            map.forEach((name, each) -> members.add(quoted(String.valueOf(name)) + ":" + write(each)));
            return "{" + String.join(",", members) + "}";
        }
        if (value instanceof List<?> list) {
            return "[" + String.join(",", list.stream().map(Json::write).toList()) + "]";
        }
        return value instanceof String text ? quoted(text) : String.valueOf(value);
    }

    private static String quoted(String text) {
        StringBuilder made = new StringBuilder("\"");
        for (char sign : text.toCharArray()) {
            if (sign == '"' || sign == '\\') {
                made.append('\\').append(sign);
            } else if (sign < ' ') {
                made.append(String.format("\\u%04x", (int) sign));
            } else {
                made.append(sign);
            }
        }
        return made.append('"').toString();
    }

    private Object value() {
        space();
        char sign = peek();
        return switch (sign) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            default -> word();
        };
    }

    private Map<String, Object> object() {
        Map<String, Object> made = new LinkedHashMap<>();
        for (take('{'); !ends('}', made.isEmpty()); ) {
            space();
            String name = string();
            space();
            take(':');
            made.put(name, value());
        }
        return made;
    }

    private List<Object> array() {
        List<Object> made = new ArrayList<>();
        for (take('['); !ends(']', made.isEmpty()); ) {
            made.add(value());
        }
        return made;
    }

    /** Passes over the end of an object or list, or over the comma before its next member. */
    private boolean ends(char end, boolean first) {
        space();
        if (peek() == end) {
            place++;
            return true;
        }
        if (!first) {
            take(',');
        }
        return false;
    }

    private String string() {
        StringBuilder made = new StringBuilder();
        for (take('"'); peek() != '"'; place++) {
            made.append(peek() == '\\' ? escaped() : peek());
        }
        place++;
        return made.toString();
    }

    private char escaped() {
        place++;
        int known = "\"\\/bfnrt".indexOf(peek());
        if (known >= 0) {
            return "\"\\/\b\f\n\r\t".charAt(known);
        }
        if (peek() != 'u' || place + 5 > text.length()) {
            throw wrong();
        }
        place += 4;
        return (char) Integer.parseInt(text.substring(place - 3, place + 1), 16);
    }

    private Object word() {
        int start = place;
        while (place < text.length() && ",]} \t\r\n".indexOf(text.charAt(place)) < 0) {
            place++;
        }
        String word = text.substring(start, place);
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> null;
            default -> word.matches("-?\\d{1,18}") ? (Object) Long.parseLong(word) : (Object) Double.parseDouble(word);
        };
    }

    private void take(char sign) {
        if (peek() != sign) {
            throw wrong();
        }
        place++;
    }

    private char peek() {
        if (place >= text.length()) {
            throw wrong();
        }
        return text.charAt(place);
    }

    private void space() {
        while (place < text.length() && Character.isWhitespace(text.charAt(place))) {
            place++;
        }
    }

    private IllegalArgumentException wrong() {
        return new IllegalArgumentException("not JSON at character " + place);
    }
}
