import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.AfterClass;
import org.junit.Before;
import org.junit.BeforeClass;
import org.junit.Test;
import singlewindow.client.CallRefused;
import singlewindow.client.MadeCalls;
import singlewindow.client.Receipt;
import singlewindow.client.Sandbox;
import singlewindow.client.Trade;
import singlewindow.client.Webhooks;
import singlewindow.client.Window;

/** The shop, tested against a window: that at SINGLE_WINDOW_URL, or one that is started. */
public class ShopTest {
    private static Window window;
    private static int count;

    private Sandbox sandbox;
    private Trade trade;
    private Shop shop;

    @BeforeClass
    public static void start() {
        String url = System.getenv("SINGLE_WINDOW_URL");
        String key = System.getenv().getOrDefault("SINGLE_WINDOW_KEY", "");
        window = url == null ? Window.start() : new Window(url, key);
    }

    @AfterClass
    public static void end() {
        window.close();
    }

    @Before
    public void makeShop() {
        sandbox = window.makeSandbox("java-shop-" + ProcessHandle.current().pid() + "-" + ++count);
        trade = sandbox.sample("import");
        shop = new Shop(window.url(), sandbox.name(), trade.mailbox("621"), window.key());
    }

    private List<String> declare(Trade declared) throws Exception {
        return shop.declare(declared.messages().values());
    }

    private void stateIs(String state) {
        assertEquals(Map.of(trade.orderNo(), state), shop.states);
    }

    @Test
    public void anAcceptedOrderIsSentOn() throws Exception {
        declare(trade);
        stateIs("waiting");
        sandbox.waitFor(trade.orderNo(), "800");
        shop.poll();
        stateIs("sent on");
    }

    @Test
    public void eachMessageIsSentOnce() throws Exception {
        assumeTrue("this window was not told to keep calls", System.getenv("SINGLE_WINDOW_URL") == null);
        declare(trade);
        sandbox.calls("POST", "/messages").demand(trade.messages().size());
        sandbox.calls("POST", "/messages", "CEB311Message", trade.orderNo()).demand(1);
        MadeCalls returned = sandbox.calls("POST", "/messages", "CEB625Message");
        AssertionError missed = assertThrows(AssertionError.class, () -> returned.demand(1));
        assertTrue(missed.getMessage(), missed.getMessage().contains("nearest:\n  POST /messages"));
    }

    @Test
    public void aRejectedOrderIsRefused() throws Exception {
        declare(trade.changed("411", "payerName", "王某某")); // somebody else has paid
        assertEquals(List.of("100"), sandbox.waitFor(trade.orderNo(), "800", "100").given());
        shop.poll();
        stateIs("refused");
    }

    @Test
    public void anInspectedOrderIsHeld() throws Exception {
        sandbox.option("await_arrival", true); // so that an officer may act before it is released
        declare(trade);
        sandbox.waitFor(trade.orderNo(), "400");
        sandbox.decide(trade.orderNo(), "inspect");
        shop.poll();
        stateIs("held");
        sandbox.decide(trade.orderNo(), "conclude");
        sandbox.waitFor(trade.orderNo(), "800");
        shop.poll();
        stateIs("sent on");
    }

    @Test
    public void goodsComeBack() throws Exception {
        declare(trade);
        String released = (String) sandbox.waitFor(trade.orderNo(), "800").declarations().get(0).get("invt_no");
        Trade back = sandbox.further(trade, "625").changed("625", "invtNo", released);
        declare(back);
        sandbox.advance("3d"); // customs review it
        sandbox.decide(back.value("copNo"), "take_back");
        sandbox.advance("0s");
        shop.poll();
        stateIs("returned");
    }

    @Test
    public void aReceiptThatIsLateIsWaitedFor() throws Exception {
        sandbox.force("slow");
        declare(trade);
        sandbox.advance("0s");
        shop.poll();
        stateIs("waiting");
        sandbox.advance("30s");
        shop.poll();
        stateIs("sent on");
    }

    @Test
    public void aReceiptThatIsLostIsAskedFor() throws Exception {
        sandbox.force("lost");
        declare(trade);
        sandbox.advance("0s");
        shop.poll();
        stateIs("waiting");
        shop.lookAgain(trade.orderNo());
        stateIs("sent on");
    }

    @Test
    public void nothingTakesAReleaseBack() throws Exception {
        for (String scenario : List.of("repeated", "out_of_order", "contradicted")) {
            makeShop();
            sandbox.force(scenario);
            declare(trade);
            sandbox.advance("0s");
            sandbox.advance("1h");
            shop.poll();
            stateIs("sent on");
        }
    }

    @Test
    public void aDuplicateChangesNothing() throws Exception {
        List<String> first = declare(trade);
        assertEquals(first, declare(trade)); // the same transmission: the same numbers
        sandbox.waitFor(trade.orderNo(), "800");
        declare(sandbox.further(trade, "621"));
        sandbox.waitFor(trade.orderNo(), "800");
        shop.poll();
        stateIs("sent on");
    }

    @Test
    public void anOrderIsTaxed() throws Exception {
        declare(trade);
        Object tax = sandbox.waitFor(trade.orderNo(), "816").declarations().get(0).get("tax");
        shop.poll();
        assertEquals(Map.of(trade.orderNo(), String.valueOf(((Map<?, ?>) tax).get("vat"))), shop.taxes);
    }

    @Test
    public void whatThePortRefusesIsRefused() throws Exception {
        declare(trade.changed("621", "netWeight", "999")); // more than the gross weight
        assertEquals(List.of("-621001"), sandbox.waitFor(trade.orderNo(), "-621001").given());
        shop.poll();
        stateIs("refused");
    }

    @Test
    public void whatIsNotAMessageIsRefusedAtOnceWithItsReason() {
        CallRefused refused = assertThrows(CallRefused.class, () -> sandbox.send("<Order/>"));
        assertFalse(refused.codes().isEmpty());
    }

    @Test
    public void receiptsAreReadFromWhereOneStopped() throws Exception {
        declare(trade);
        sandbox.waitFor(trade.orderNo(), "800");
        List<Receipt> all = new ArrayList<>();
        sandbox.receipts(trade.mailbox("621"), 0, 0).forEachRemaining(all::add);
        List<Receipt> rest = new ArrayList<>();
        sandbox.receipts(trade.mailbox("621"), all.get(0).sequence(), 0).forEachRemaining(rest::add);
        assertEquals(all.subList(1, all.size()), rest);
    }

    @Test
    public void aWindowThatWantsAKeyPushesToThisMachine() throws Exception {
        String command = System.getenv().getOrDefault("SINGLE_WINDOW_COMMAND", "single-window");
        BlockingQueue<byte[]> pushed = new LinkedBlockingQueue<>();
        HttpServer receiver = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        receiver.createContext("/receipts", exchange -> {
            pushed.add(exchange.getRequestBody().readAllBytes());
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        receiver.start();
        try (Window keyed = Window.start(command, Map.of("SINGLE_WINDOW_REQUIRE_KEYS", "1"))) {
            Sandbox own = keyed.makeSandbox("java-shop-keyed");
            assertEquals("main-java-shop-keyed", own.name());
            Trade sent = own.sample("import");
            String url = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/receipts";
            own.call("PUT", "/channels/" + sent.mailbox("621") + "/webhook", Map.of("url", url));
            new Shop(keyed.url(), own.name(), sent.mailbox("621"), keyed.key()).declare(sent.messages().values());
            byte[] body = pushed.poll(60, TimeUnit.SECONDS);
            assertTrue(new String(body, StandardCharsets.UTF_8).contains(sent.orderNo()));
        } finally {
            receiver.stop(0);
        }
    }

    @Test
    public void aWebhookIsKnownByItsSignature() {
        byte[] body = "<xml/>".getBytes(StandardCharsets.UTF_8);
        String now = String.valueOf(Instant.now().getEpochSecond());
        String signature = Webhooks.signature("secret", now, body);
        assertTrue(Webhooks.isGenuine("secret", now, signature, body));
        assertFalse(Webhooks.isGenuine("other", now, signature, body));
        assertFalse(Webhooks.isGenuine("secret", now, signature, new byte[0]));
        assertFalse(Webhooks.isGenuine("secret", "1", Webhooks.signature("secret", "1", body), body));
    }
}
