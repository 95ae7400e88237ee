package singlewindow.client;

/** A receipt as its participant gets it: place in the mailbox, type, kind, order number, status, text, XML. */
public record Receipt(long sequence, String type, String kind, String orderNo, String status, String info, String xml) {
}
