using NATS.Client.Core;

namespace Coda.Feeds.Nats;

/// <summary>Who reads: from the environment only, so that no command line, file of results or log holds it.</summary>
internal static class NatsCredentials
{
    /// <summary>The variable with the path of a .creds file.</summary>
    public const string File = "CODA_NATS_CREDS";

    private const string User = "CODA_NATS_USER";
    private const string Password = "CODA_NATS_PASSWORD";
    private const string Token = "CODA_NATS_TOKEN";

    /// <summary>The credentials that are given; none where no variable is.</summary>
    /// <param name="variable">Reads a variable.</param>
    /// <exception cref="ArgumentException">More than one kind is given, or half of one.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static NatsAuthOpts Of(Func<string, string?> variable)
    {
        string[] given = [.. new[] { File, User, Token }.Where(name => !string.IsNullOrEmpty(variable(name)))];
        if (given.Length > 1 || string.IsNullOrEmpty(variable(User)) != string.IsNullOrEmpty(variable(Password)))
        {
            throw new ArgumentException($"nats: expected one of {File}, {Token}, or {User} with {Password}, got {(given.Length > 1
                ? string.Join(" and ", given) : "half of the last")}.");
        }

        return given switch
        {
            [File] when !System.IO.File.Exists(variable(File)) => throw new FileNotFoundException($"{File}: expected a .creds file, got none. Check the path."),
            [File] => new NatsAuthOpts { CredsFile = variable(File) },
            [User] => new NatsAuthOpts { Username = variable(User), Password = variable(Password) },
            [Token] => new NatsAuthOpts { Token = variable(Token) },
            _ => NatsAuthOpts.Default,
        };
    }
}
