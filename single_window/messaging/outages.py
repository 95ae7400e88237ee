"""Describes errors of RabbitMQ and their remedies."""

from __future__ import annotations

import socket

from pika.adapters.utils.connection_workflow import (
    AMQPConnectionWorkflowFailed,
    AMQPConnectorPhaseErrorBase,
    AMQPConnectorStackTimeout,
)
from pika.connection import Parameters, URLParameters
from pika.exceptions import (
    AMQPConnectionError,
    AMQPHeartbeatTimeout,
    ChannelClosed,
    ConnectionClosed,
    ConnectionOpenAborted,
    IncompatibleProtocolError,
    ProbableAccessDeniedError,
    ProbableAuthenticationError,
)

from single_window.messaging.wakeups import BrokerUnavailable
from single_window.settings import WrongSetting, without_password

VARIABLE = "SINGLE_WINDOW_BROKER"
INTERNAL_ERROR = 541
_CHECK = f"Is it running, and is the address right? See {VARIABLE}."


class DeclarationRefused(BrokerUnavailable):
    """An exchange or queue exists with other properties or may not be declared; the message names it. Permanent.

    `code` is AMQP's: 403 not allowed, 404 not found, 405 locked by another connection, 406 other properties.
    """

    permanent = True

    def __init__(self, reason: str, code: int) -> None:
        super().__init__(reason)
        self.code = code


def _parsed(url: str) -> URLParameters:
    try:
        return URLParameters(url)
    except ValueError as error:
        raise WrongSetting(VARIABLE, without_password(url), f"amqp://user:password@host:port/vhost ({error})") from None
    except TypeError:
        raise WrongSetting(VARIABLE, url, "amqp://user:password@host:port/vhost, with a password") from None


def parameters_of(url: str, purpose: str, heartbeat: int) -> URLParameters:
    """Connection parameters; those in the URL take precedence. Raises `WrongSetting`."""
    parameters = _parsed(url)
    parameters.connection_attempts = 1
    parameters.client_properties = {"connection_name": purpose}
    if "heartbeat=" not in url:
        parameters.heartbeat = heartbeat
    if "socket_timeout=" not in url:
        parameters.socket_timeout = 5
    if "stack_timeout=" not in url:
        parameters.stack_timeout = 10
    return parameters


def place_of(parameters: Parameters) -> str:
    """Host, port and vhost, without the password."""
    return f"{parameters.host}:{parameters.port}, vhost {parameters.virtual_host!r}"


def unserved(error: BaseException) -> bool:
    """True for an internal error of the broker: it cannot serve the last request."""
    return isinstance(error, ConnectionClosed | ChannelClosed) and error.reply_code == INTERNAL_ERROR


def connection_words(error: BaseException, parameters: Parameters) -> str:
    """Describe a failed connection and the remedy."""
    place, cause = place_of(parameters), _cause(error)
    said = str(cause)
    if isinstance(cause, ProbableAuthenticationError) or "ACCESS_REFUSED" in said:
        user = getattr(parameters.credentials, "username", "")
        return f"RabbitMQ at {place} refuses the user {user!r} or the password. Correct {VARIABLE}."
    if isinstance(cause, ProbableAccessDeniedError) or "NOT_ALLOWED" in said:
        return _vhost_words(said, parameters)
    if isinstance(cause, IncompatibleProtocolError):
        return (
            f"What answers at {place} is not RabbitMQ, or is not ready: it ended the connection before a word of "
            f"AMQP. {_CHECK}"
        )
    if isinstance(cause, socket.gaierror):
        return f"The host of {place} is not known ({cause.strerror}). Correct {VARIABLE}."
    if isinstance(cause, AMQPConnectorStackTimeout | TimeoutError | ConnectionOpenAborted):
        return f"RabbitMQ at {place} does not answer in time. {_CHECK}"
    if unserved(cause):
        return (
            f"RabbitMQ at {place} failed inside (INTERNAL_ERROR, {INTERNAL_ERROR}) over what was asked of it last; "
            "its own log says more."
        )
    return f"RabbitMQ cannot be reached at {place} ({_short(cause)}). {_CHECK}"


def _vhost_words(said: str, parameters: Parameters) -> str:
    place, vhost = place_of(parameters), parameters.virtual_host
    user = getattr(parameters.credentials, "username", "")
    if "not found" in said:
        return (
            f"RabbitMQ at {place} has no such vhost. Make it (rabbitmqctl add_vhost {vhost}; rabbitmqctl "
            f"set_permissions -p {vhost} {user} '.*' '.*' '.*') or correct {VARIABLE}."
        )
    return (
        f"RabbitMQ at {place} does not let the user {user!r} into the vhost. Allow it (rabbitmqctl "
        f"set_permissions -p {vhost} {user} '.*' '.*' '.*') or correct {VARIABLE}."
    )


def channel_words(error: ChannelClosed, parameters: Parameters) -> str:
    """Describe a channel error of the broker and the remedy."""
    place = place_of(parameters)
    if error.reply_code == 406 and "inequivalent" in error.reply_text:
        return (
            f"At RabbitMQ, {place}, something of this name exists with other properties: {error.reply_text}. "
            f"Delete it there when it is empty and nobody uses it, or give the window a vhost of its own "
            f"({VARIABLE})."
        )
    if error.reply_code == 403:
        return f"RabbitMQ at {place} does not allow this: {error.reply_text}. Give the user the permissions."
    return f"RabbitMQ at {place} objects: {error.reply_text} ({error.reply_code})."


def _cause(error: BaseException) -> BaseException:
    """The innermost wrapped error."""
    while True:
        inner: object = None
        if isinstance(error, AMQPConnectionWorkflowFailed):
            inner = error.exceptions[-1]
        elif isinstance(error, AMQPConnectorPhaseErrorBase):
            inner = error.exception
        elif isinstance(error, AMQPConnectionError) and error.args:
            inner = error.args[0]
        if not isinstance(inner, BaseException):
            return error
        error = inner


def _short(cause: BaseException) -> str:
    if isinstance(cause, ConnectionClosed):
        return f"{cause.reply_text}, {cause.reply_code}"
    if isinstance(cause, AMQPHeartbeatTimeout):
        return "nothing was heard from it for too long"
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror.lower()
    return str(cause) or type(cause).__name__
