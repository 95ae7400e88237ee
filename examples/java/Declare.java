// Declares one trade in a sandbox of its own and waits for its release. Java 17 or newer, no libraries.
// java Declare.java http://127.0.0.1:8642 order.xml payment.xml waybill.xml list.xml
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public class Declare {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String SANDBOX = "java-" + UUID.randomUUID().toString().substring(0, 8);
    private static String api;

    public static void main(String[] arguments) throws Exception {
        api = arguments[0] + "/api/v1";
        call("POST", "/sandboxes", "{\"name\": \"" + SANDBOX + "\", \"preset\": \"ci\"}", "application/json");
        try {
            String list = "";
            for (int place = 1; place < arguments.length; place++) {
                list = Files.readString(Path.of(arguments[place]));
                call("POST", "/messages", list, "application/xml");
            }
            String order = all("orderNo>([^<]+)<", list).get(0);
            String mailbox = all("dxpId>([^<]+)<", list).get(0);
            String outcome = call("GET", "/declarations/" + order + "?wait_for=800,100&timeout=30", "", "text/plain");
            if (!outcome.contains("\"given\":[\"800\"]")) {
                throw new AssertionError(outcome);
            }
            String receipts = call("GET", "/receipts?mailbox=" + mailbox + "&after=0&body=false", "", "text/plain");
            List<String> statuses = all("\"kind\":\"inventory\"[^{}]*?\"status\":\"([^\"]+)\"", receipts);
            if (!statuses.equals(List.of("2", "120", "800"))) {
                throw new AssertionError(receipts);
            }
            System.out.println(order + " is " + all("\"state\":\"([^\"]+)\"", outcome).get(0) + ": "
                + String.join(" ", statuses));
        } finally {
            call("DELETE", "/sandboxes/" + SANDBOX, "", "text/plain");
        }
    }

    private static String call(String method, String path, String body, String type) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(api + path)).header("X-Sandbox", SANDBOX)
            .header("Content-Type", type).method(method, BodyPublishers.ofString(body)).build();
        var answer = HTTP.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
        if (answer.statusCode() >= 400) {
            throw new IllegalStateException(answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    private static List<String> all(String pattern, String text) {
        List<String> found = new ArrayList<>();
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }
}
