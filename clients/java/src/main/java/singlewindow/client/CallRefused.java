package singlewindow.client;

import java.util.List;
import java.util.Map;

/** The window refused a call: its status, and findings with code, reason and remedy. */
public final class CallRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient List<Map<String, Object>> findings;

    CallRefused(int status, List<Map<String, Object>> findings) {
        super("HTTP " + status + " " + String.join("; ", findings.stream()
            .map(each -> "[" + each.get("code") + "] " + each.get("en") + " (" + each.get("remedy_en") + ")").toList()));
        this.status = status;
        this.findings = findings;
    }

    public int status() {
        return status;
    }

    public List<Map<String, Object>> findings() {
        return findings;
    }

    public List<String> codes() {
        return findings.stream().map(each -> String.valueOf(each.get("code"))).toList();
    }
}
