package singlewindow.client;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Verifies what a webhook posts. */
public final class Webhooks {
    private Webhooks() {
    }

    /**
     * True if a request comes from the window, and was made in the last five minutes.
     *
     * @param timestamp the header X-Single-Window-Timestamp
     * @param signature the header X-Single-Window-Signature
     * @param body the bytes as they came
     */
    public static boolean isGenuine(String secret, String timestamp, String signature, byte[] body) {
        if (!timestamp.matches("\\d{1,15}")) {
            return false;
        }
        Duration age = Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), Instant.now()).abs();
        byte[] expected = signature(secret, timestamp, body).getBytes(StandardCharsets.UTF_8);
        return age.compareTo(Duration.ofMinutes(5)) <= 0
            && MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.UTF_8));
    }

    /** The signature of a post. */
    public static String signature(String secret, String timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException error) {
            throw new IllegalStateException(error); // every Java has this algorithm
        }
    }
}
