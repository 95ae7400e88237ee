import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A small shop that sells abroad: it declares its orders and acts on what customs answer. */
public final class Shop {
    private static final Pattern ORDER = Pattern.compile("orderNo>([^<]+)<");
    private static final Pattern VAT = Pattern.compile("valueAddedTax>([^<]+)<");
    private static final Pattern NEXT = Pattern.compile("\"next\":(\\d+)");
    private static final Pattern STATE = Pattern.compile("\"state\":\"(released|closed)\"");
    /** One receipt in the answer to a poll, of which the shop reads four fields. */
    private static final Pattern RECEIPT = Pattern.compile("\"sequence\":\\d+.*?(?=\"sequence\":|\"next\":)");

    /** Order number → waiting, sent on, held, refused or returned. */
    public final Map<String, String> states = new TreeMap<>();
    /** Order number → the value-added tax of its tax bill, in yuan. */
    public final Map<String, String> taxes = new TreeMap<>();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;
    private final String sandbox;
    private final String mailbox;
    private final String key;
    private String seen = "0";

    /** @param key a program's key; empty for a window on this machine */
    public Shop(String url, String sandbox, String mailbox, String key) {
        this.url = url;
        this.sandbox = sandbox;
        this.mailbox = mailbox;
        this.key = key;
    }

    /** Send the messages of a trade; gives what the window answered about each. */
    public List<String> declare(Iterable<String> messages) throws IOException, InterruptedException {
        List<String> answers = new java.util.ArrayList<>();
        for (String message : messages) {
            answers.add(first(Pattern.compile("\"id\":(\\d+)"), call("POST", "/messages", message)).orElseThrow());
            first(ORDER, message).ifPresent(order -> states.putIfAbsent(order, "waiting"));
        }
        return answers;
    }

    /** Take the receipts that came since the last time, each once, in their order. */
    public void poll() throws IOException, InterruptedException {
        for (String before = ""; !before.equals(seen); ) {
            before = seen;
            String page = call("GET", "/receipts?mailbox=" + mailbox + "&after=" + seen, "");
            for (Iterator<MatchResult> each = RECEIPT.matcher(page).results().iterator(); each.hasNext(); ) {
                act(each.next().group());
            }
            seen = first(NEXT, page).orElseThrow();
        }
    }

    /** Ask where an order stands, where its receipts stay away. */
    public void lookAgain(String order) throws IOException, InterruptedException {
        first(STATE, call("GET", "/declarations/" + order, "")).ifPresent(state -> states.put(order, "sent on"));
    }

    private void act(String receipt) {
        String order = field(receipt, "order_no");
        String status = field(receipt, "status");
        switch (field(receipt, "kind")) {
            case "tax_bill" -> first(VAT, receipt).ifPresent(tax -> taxes.put(order, tax));
            case "refund" -> states.computeIfPresent(order, (o, old) -> status.equals("800") ? "returned" : old);
            case "inventory" -> actOnList(order, status);
            default -> { }
        }
    }

    private void actOnList(String order, String status) {
        if (status.equals("800")) {
            states.put(order, "sent on");
        } else if (List.of("300", "500").contains(status)) {
            states.put(order, "held");
        } else if (status.matches("100|700|-\\d+")) {
            // what refuses a second declaration of an order changes nothing about the first
            states.computeIfPresent(order, (o, old) -> old.equals("sent on") ? old : "refused");
        }
    }

    private String call(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + "/api/v1" + path)).header("X-Sandbox", sandbox)
            .header("Content-Type", "application/xml").method(method, BodyPublishers.ofString(body));
        if (!key.isEmpty()) {
            request.header("X-Api-Key", key);
        }
        var answer = http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
        if (answer.statusCode() >= 400) {
            throw new IOException(answer.body());
        }
        return answer.body();
    }

    private static String field(String receipt, String name) {
        return first(Pattern.compile("\"" + name + "\":\"([^\"]*)\""), receipt).orElse("");
    }

    private static Optional<String> first(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group(1)).findFirst();
    }
}
