package singlewindow.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** HTTP calls to a window: JSON in and out. Threads may share it. */
public final class Caller {
    /** Longer than any wait that a call may ask for. */
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    /** Answers to calls that were not begun: the caller's own limit, a busy window. */
    private static final Set<Integer> NOT_BEGUN = Set.of(429, 503);
    private static final int ATTEMPTS = 10;

    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;
    private final String key;

    /** @param key a program's key, or name:password of an account; empty for a window on this machine */
    public Caller(String url, String key) {
        this.url = url.replaceAll("/+$", "");
        this.key = key;
    }

    public String url() {
        return url;
    }

    /** Make a call with a JSON body, or none (null), by its path below /api/v1; throws {@link CallRefused}. */
    public Map<String, Object> call(String method, String path, Object body, Map<String, String> headers) {
        return send(method, path, body == null ? null : Json.write(body), "application/json", headers);
    }

    /** Post a message. */
    public Map<String, Object> post(String path, String xml, Map<String, String> headers) {
        return send("POST", path, xml, "application/xml", headers);
    }

    /** A name or number as a part of a path or query. */
    public static String part(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private Map<String, Object> send(
            String method, String path, String body, String type, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + "/api/v1" + path)).timeout(TIMEOUT);
        request.method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", type);
        }
        if (!key.isEmpty()) {
            request.header("Authorization", credentials());
        }
        headers.forEach(request::header);
        HttpResponse<String> answer = answered(request.build());
        if (answer.statusCode() >= 400) {
            throw new CallRefused(answer.statusCode(), findings(answer.body()));
        }
        return answer.body().isEmpty() ? Map.of() : Sandbox.map(Json.read(answer.body()));
    }

    private HttpResponse<String> answered(HttpRequest request) {
        try {
            for (int attempt = 1; ; attempt++) {
                HttpResponse<String> answer = http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
                long pause = answer.headers().firstValueAsLong("Retry-After").orElse(0);
                if (!NOT_BEGUN.contains(answer.statusCode()) || pause <= 0 || attempt == ATTEMPTS) {
                    return answer;
                }
                Thread.sleep(Duration.ofSeconds(pause).toMillis());
            }
        } catch (IOException error) {
            throw new UncheckedIOException("No window answers at " + url, error);
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during a call", error);
        }
    }

    private String credentials() {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        return key.contains(":") ? "Basic " + Base64.getEncoder().encodeToString(bytes) : "Bearer " + key;
    }

    private static List<Map<String, Object>> findings(String body) {
        try {
            Object listed = Sandbox.map(Json.read(body)).get("findings");
            return listed == null ? List.of() : Sandbox.maps(listed);
        } catch (IllegalArgumentException | ClassCastException error) {
            return List.of(); // something before the window has answered
        }
    }
}
