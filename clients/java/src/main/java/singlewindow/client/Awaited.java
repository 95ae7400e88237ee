package singlewindow.client;

import java.util.List;
import java.util.Map;

/** The state at the end of a wait: the statuses that were given, and the lists, each with its fields. */
public record Awaited(List<String> given, List<Map<String, Object>> declarations) {
}
