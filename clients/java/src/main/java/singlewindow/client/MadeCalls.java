package singlewindow.client;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Calls that a program made in a sandbox.
 *
 * @param calls those that meet the criteria, the newest first, as the window shows them
 * @param count how many meet them
 * @param near if none does, the nearest, each with what it does not meet (misses)
 */
public record MadeCalls(List<Map<String, Object>> calls, long count, List<Map<String, Object>> near) {
    /** Throws unless there are so many; the error names the nearest. */
    public void demand(long times) {
        if (count != times) {
            String nearest = (near.isEmpty() ? calls : near).stream().map(MadeCalls::shown).collect(Collectors.joining());
            throw new AssertionError("wanted " + times + " time(s), made " + count + " time(s)"
                + (nearest.isEmpty() ? "" : "; nearest:" + nearest));
        }
    }

    private static String shown(Map<String, Object> call) {
        Object misses = call.getOrDefault("misses", "");
        return "\n  " + call.get("method") + " " + call.get("path") + " " + call.get("query") + " → "
            + call.get("status") + ("".equals(misses) ? "" : " (not: " + misses + ")");
    }
}
