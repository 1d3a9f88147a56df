namespace Coda.Service.Replies;

/// <summary>Nobody takes the reply any more.</summary>
internal sealed class ClientLeftException() : IOException("Expected a client that takes its reply, got a connection that is closed.");
