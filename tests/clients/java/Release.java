import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.openapitools.client.ApiClient;
import org.openapitools.client.api.DeclarationsApi;
import org.openapitools.client.api.MessagesApi;
import org.openapitools.client.model.AcceptedOut;
import org.openapitools.client.model.DeclarationsOut;
import org.openapitools.client.model.HaikouJson;
import org.openapitools.client.model.HaikouMessage;
import org.openapitools.client.model.MessageJson;
import org.openapitools.client.model.PostMessagesSendRequest;

/** Releases a trade through the generated client: Release ADDRESS ORDER-NUMBER FILE... */
public final class Release {
    public static void main(String[] given) throws Exception {
        ApiClient client = new ApiClient();
        client.updateBaseUri(given[0]);
        MessagesApi messages = new MessagesApi(client);
        for (int place = 2; place < given.length; place++) {
            MessageJson data = new MessageJson().data(Files.readAllBytes(Path.of(given[place])));
            // both documented bodies, in turn
            PostMessagesSendRequest body = place % 2 == 0
                ? new PostMessagesSendRequest(data)
                : new PostMessagesSendRequest(new HaikouJson().message(new HaikouMessage().messageBody(data)));
            AcceptedOut accepted = messages.postMessagesSend(body, null, null, null);
            System.out.println(accepted.getType() + " " + accepted.getState());
        }
        DeclarationsOut shown = new DeclarationsApi(client)
            .getDeclarationsShow(given[1], "I", List.of("800", "100"), 30, null);
        System.out.println("the list is " + shown.getDeclarations().get(0).getState());
    }
}
