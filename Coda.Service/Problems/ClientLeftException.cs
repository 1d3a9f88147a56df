namespace Coda.Service.Problems;

/// <summary>The client has ended the connection before its body was whole, or does not take its reply any more.</summary>
internal sealed class ClientLeftException() : IOException("Expected a client that sends its request and takes its reply, got a connection that it has ended.");
