package singlewindow.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A window at an address, or one that is started for this process. */
public final class Window implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final String CALLS_KEPT = "2000"; // of each sandbox, for assertions
    private static final String OTHER_NAME = "sandbox-name-of-key"; // a key's sandbox does not begin as expected

    private final Caller caller;
    private final String key;
    private final Optional<Process> process;
    private final Optional<Path> folder;

    /** @param key a program's key, or name:password of an account; empty for a window on this machine */
    public Window(String url, String key) {
        this(url, key, Optional.empty(), Optional.empty());
    }

    private Window(String url, String key, Optional<Process> process, Optional<Path> folder) {
        caller = new Caller(url, key);
        this.key = key;
        this.process = process;
        this.folder = folder;
    }

    /** Start a window that keeps nothing and ends with this process, by the program in SINGLE_WINDOW_COMMAND. */
    public static Window start() {
        return start(System.getenv().getOrDefault("SINGLE_WINDOW_COMMAND", "single-window"));
    }

    /** Start a window that keeps nothing and ends with this process. */
    public static Window start(String command) {
        return start(command, Map.of());
    }

    /**
     * Start a window that keeps nothing and ends with this process. It posts to webhooks on this machine, where tests are.
     *
     * @param settings further settings of the window, as SINGLE_WINDOW_REQUIRE_KEYS; where it makes a key, it is used
     */
    public static Window start(String command, Map<String, String> settings) {
        try {
            Path folder = Files.createTempDirectory("single-window-");
            Path ready = folder.resolve("window.json");
            ProcessBuilder words = new ProcessBuilder(List.of(command, "run", "--ephemeral", "--port", "0", "--preset",
                "ci", "--call-log", CALLS_KEPT, "--ready-file", ready.toString(), "--until", String.valueOf(ProcessHandle.current().pid())));
            words.environment().keySet().removeIf(name -> name.startsWith("SINGLE_WINDOW_"));
            words.environment().put("SINGLE_WINDOW_WEBHOOK_PRIVATE", "1");
            words.environment().putAll(settings);
            words.redirectErrorStream(true).redirectOutput(folder.resolve("window.log").toFile());
            Process process = words.start();
            Window window = new Window("", "", Optional.of(process), Optional.of(folder));
            for (Instant until = Instant.now().plus(START); !Files.exists(ready); Thread.sleep(20)) {
                if (!process.isAlive() || Instant.now().isAfter(until)) {
                    String said = Files.readString(folder.resolve("window.log"), StandardCharsets.UTF_8);
                    window.close();
                    throw new IllegalStateException(command + " did not start: " + said);
                }
            }
            Map<String, Object> said = Sandbox.map(Json.read(Files.readString(ready)));
            String key = String.valueOf(said.getOrDefault("key", ""));
            return new Window(String.valueOf(said.get("url")), key, Optional.of(process), Optional.of(folder));
        } catch (IOException error) {
            throw new UncheckedIOException(command + " did not start", error);
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a window started", error);
        }
    }

    public String url() {
        return caller.url();
    }

    /** Return the key by which the window is called; empty for one on this machine. */
    public String key() {
        return key;
    }

    public Sandbox sandbox(String name) {
        return new Sandbox(caller, name);
    }

    /**
     * Make a sandbox in which nothing happens by itself and the clock stands still. With a key, its name gets the beginning
     * that those of the key must have.
     */
    public Sandbox makeSandbox(String name) {
        try {
            return made(name);
        } catch (CallRefused refused) {
            String begins = refused.findings().stream().filter(each -> OTHER_NAME.equals(each.get("code")))
                .map(each -> String.valueOf(each.get("expected"))).findFirst().orElse("");
            if (begins.isEmpty()) {
                throw refused;
            }
            return made(begins + name);
        }
    }

    private Sandbox made(String name) {
        caller.call("POST", "/sandboxes", Map.of("name", name, "preset", "ci"), Map.of());
        return sandbox(name);
    }

    /** End a window that was started here, and delete its folder. */
    @Override
    public void close() {
        process.ifPresent(started -> {
            started.destroy();
            started.onExit().join();
        });
        folder.ifPresent(Window::delete);
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}
