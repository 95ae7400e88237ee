package singlewindow.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The messages of a trade, which can be changed before they are sent.
 *
 * @param messages type, as 621, to XML, in the order in which they are sent
 * @param key what its numbers are derived from
 */
public record Trade(Map<String, String> messages, String key) {
    public String orderNo() {
        return value("orderNo");
    }

    /** The text of an element in the first message that has it. */
    public String value(String element) {
        return messages.values().stream().map(xml -> element(element).matcher(xml)).filter(Matcher::find)
            .map(found -> found.group(2)).findFirst()
            .orElseThrow(() -> new NoSuchElementException("no message of the trade has " + element));
    }

    /** The mailbox (DXP id) that receives the receipts of the message of a type. */
    public String mailbox(String code) {
        return new Trade(Map.of(code, messages.get(code)), key).value("dxpId");
    }

    /** The trade with another text of an element in the message of a type. */
    public Trade changed(String code, String element, String text) {
        Matcher found = element(element).matcher(messages.get(code));
        if (!found.find()) {
            throw new NoSuchElementException("the message has no element " + element);
        }
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        Map<String, String> made = new LinkedHashMap<>(messages);
        made.put(code, found.replaceAll(match -> Matcher.quoteReplacement(match.group(1) + escaped)));
        return new Trade(made, key);
    }

    boolean has(String element) {
        return messages.values().stream().anyMatch(xml -> element(element).matcher(xml).find());
    }

    private static Pattern element(String name) {
        return Pattern.compile("(<(?:[\\w.-]+:)?" + Pattern.quote(name) + ">)([^<]*)(?=</)");
    }
}
