package singlewindow.client;

import static singlewindow.client.Caller.part;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A sandbox: send, wait, read receipts, move the clock, decide as an officer. */
public final class Sandbox {
    private final Caller caller;
    private final String name;
    private int samples;

    Sandbox(Caller caller, String name) {
        this.caller = caller;
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** Make any call in this sandbox, by its path below /api/v1; a body of null is none. */
    public Map<String, Object> call(String method, String path, Object body) {
        return caller.call(method, path, body, headers());
    }

    /** Make a call about the sandbox itself, by the path below its name. */
    public Map<String, Object> control(String method, String path, Object body) {
        return caller.call(method, "/sandboxes/" + part(name) + path, body, Map.of());
    }

    /** The messages of a new trade (import, export), which are not sent. */
    public Trade sample(String flow) {
        return sample(flow, name + "|" + ++samples);
    }

    private Trade sample(String flow, String key) {
        Map<String, String> messages = new LinkedHashMap<>();
        for (Map<String, Object> each : maps(call("GET", "/samples/" + part(flow) + "?key=" + part(key), null)
                .get("messages"))) {
            messages.put(text(each, "code"), text(each, "xml"));
        }
        return new Trade(messages, key);
    }

    /** A further message of a trade, such as its return (625), with the numbers of the trade. */
    public Trade further(Trade trade, String code) {
        Trade made = sample(code, trade.key());
        return made.has("orderNo") ? made.changed(code, "orderNo", trade.orderNo()) : made;
    }

    /** Send the messages of a trade in their order; gives the numbers under which the window keeps them. */
    public List<Long> submit(Trade trade) {
        return trade.messages().values().stream().map(this::send).toList();
    }

    /** Send a message; throws {@link CallRefused}. */
    public long send(String xml) {
        return (Long) caller.post("/messages", xml, headers()).get("id");
    }

    /** Wait until one of these statuses was given, or nothing more can happen, 30 seconds at most. */
    public Awaited waitFor(String number, String... statuses) {
        String query = "?timeout=30&wait_for=" + part(String.join(",", statuses));
        Map<String, Object> told = call("GET", "/declarations/" + part(number) + query, null);
        List<String> given = ((List<?>) told.get("given")).stream().map(String::valueOf).toList();
        return new Awaited(given, maps(told.get("declarations")));
    }

    /** The receipts of a mailbox behind a place, each once; ends when none comes within so many seconds. */
    public Iterator<Receipt> receipts(String mailbox, long after, int wait) {
        return new Iterator<>() {
            private final List<Receipt> page = new ArrayList<>();
            private long place = after;

            @Override
            public boolean hasNext() {
                if (page.isEmpty()) {
                    String query = "?mailbox=" + part(mailbox) + "&after=" + place + "&wait=" + wait;
                    Map<String, Object> told = call("GET", "/receipts" + query, null);
                    maps(told.get("receipts")).forEach(each -> page.add(receipt(each)));
                    place = (Long) told.get("next");
                }
                return !page.isEmpty();
            }

            @Override
            public Receipt next() {
                if (!hasNext()) {
                    throw new java.util.NoSuchElementException("no further receipt");
                }
                return page.remove(0);
            }
        };
    }

    /** Decide as an officer about a list or one of its requests. */
    public void decide(String number, String action) {
        call("POST", "/cases/declaration/" + part(number) + "/decisions",
            Map.of("action", action, "reason", "", "as_declared", true));
    }

    /** Force a ready-made outcome from now on, such as lost, slow or repeated. */
    public void force(String scenario) {
        control("POST", "/triggers", Map.of("scenario", scenario));
    }

    /** Change an option. */
    public void option(String option, Object value) {
        control("PATCH", "", Map.of("options", Map.of(option, value)));
    }

    /** Let time pass, such as 30s or 2d, until all that fell due is done; 0s: until all is done that can be now. */
    public void advance(String by) {
        control("POST", "/clock/advance", Map.of("by", by, "timeout", 30));
    }

    /**
     * The calls of this sandbox with a method, whose path below /api/v1 begins so, and whose query or body contains
     * every text. The window must keep them (run --call-log N), else it refuses.
     */
    public MadeCalls calls(String method, String path, String... texts) {
        StringBuilder query = new StringBuilder("?method=" + part(method) + "&path=" + part(path));
        for (String each : texts) {
            query.append("&contains=").append(part(each));
        }
        Map<String, Object> told = call("GET", "/calls" + query, null);
        return new MadeCalls(maps(told.get("calls")), (Long) told.get("count"), maps(told.get("near")));
    }

    private Map<String, String> headers() {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return Map.of("X-Sandbox", new String(bytes, StandardCharsets.ISO_8859_1));
    }

    private static Receipt receipt(Map<String, Object> each) {
        return new Receipt((Long) each.get("sequence"), text(each, "type"), text(each, "kind"), text(each, "order_no"),
            text(each, "status"), text(each, "info_zh"), text(each, "xml"));
    }

    private static String text(Map<String, Object> each, String name) {
        return String.valueOf(each.getOrDefault(name, ""));
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> maps(Object value) {
        return (List<Map<String, Object>>) value;
    }
}
