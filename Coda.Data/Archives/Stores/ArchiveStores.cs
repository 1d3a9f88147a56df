using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Coda.Data.Archives.Stores;

/// <summary>Finds the store of an archive by its name: a folder's path, or an address whose scheme somebody has brought the store for.</summary>
public static class ArchiveStores
{
    /// <summary>The questions asked at once of a store that takes a while to answer each.</summary>
    internal const int AskedAtOnce = 16;

    private const string Separator = "://";
    private static readonly ConcurrentDictionary<string, Func<string, IArchiveStore>> Schemes = new(StringComparer.Ordinal);

    /// <summary>Lets addresses of a scheme name archives, for the whole process.</summary>
    /// <param name="scheme">The scheme in lower case, such as s3.</param>
    /// <param name="open">Gives the store of an address; throws <see cref="ArgumentException"/> where it is none.</param>
    public static void Use(string scheme, Func<string, IArchiveStore> open)
    {
        ArgumentException.ThrowIfNullOrEmpty(scheme);
        ArgumentNullException.ThrowIfNull(open);
        Schemes[scheme] = open;
    }

    /// <summary>Whether a name is an address, and so no path.</summary>
    /// <param name="name">The name.</param>
    public static bool IsAddress(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.IndexOf(Separator, StringComparison.Ordinal) is > 1 and var end && char.IsAsciiLetter(name[0])
            && name.AsSpan(0, end).IndexOfAny('/', '\\', '.') < 0;
    }

    /// <summary>The store of an archive.</summary>
    /// <param name="name">A directory, which need not be there, or an address.</param>
    /// <exception cref="ArgumentException">An address of a scheme that nobody has brought a store for, or of no place in it.</exception>
    public static IArchiveStore Of(string name)
    {
        if (!IsAddress(name))
        {
            // A folder called "s3:" is nobody's wish.
            if (Schemes.Keys.FirstOrDefault(known => name.StartsWith($"{known}:", StringComparison.OrdinalIgnoreCase)) is { } meant)
            {
                throw new ArgumentException($"{name}: expected {meant}{Separator}..., got an address without two slashes. Correct it.");
            }

            return new FolderStore(Path.TrimEndingDirectorySeparator(Path.GetFullPath(name)));
        }

        var scheme = name[..name.IndexOf(Separator, StringComparison.Ordinal)];
        return Schemes.TryGetValue(scheme, out var open) ? open(name) : throw new ArgumentException(
            $"{Shown(name)}: expected a directory{string.Concat(Schemes.Keys.Order(StringComparer.Ordinal).Select(known => $", or {known}{Separator}..."))}, "
                + $"got an address of {scheme}. Give one of these.");
    }

    /// <summary>The one name by which an archive is called: a full path without a separator at its end, or its address.</summary>
    /// <param name="name">A directory, which need not be there, or an address.</param>
    /// <exception cref="ArgumentException">As for <see cref="Of"/>.</exception>
    public static string PlaceOf(string name) => Of(name).Place;

    /// <summary>Whether there is an archive of a name.</summary>
    /// <param name="name">A directory, which need not be there, or an address.</param>
    /// <exception cref="ArgumentException">As for <see cref="Of"/>.</exception>
    /// <exception cref="IOException">The store cannot be reached.</exception>
    public static bool Holds(string name) =>
        Of(name) is var store && store.Folder is { } folder ? File.Exists(Path.Combine(folder, "archive.json")) : store.Find("archive.json") is not null;

    /// <summary>An address for messages: without what may be a secret in it, which is no part of an archive's address.</summary>
    /// <param name="address">The address, as it was given.</param>
    public static string Shown(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var query = address.IndexOf('?', StringComparison.Ordinal);
        var shown = query < 0 ? address : $"{address[..query]}?...";
        var (begin, user) = (shown.IndexOf(Separator, StringComparison.Ordinal) + Separator.Length, shown.LastIndexOf('@'));
        return user < begin ? shown : $"{shown[..begin]}...{shown[user..]}";
    }

    /// <summary>A name for a part that no other writer takes, for stores in which nobody can be kept from writing.</summary>
    /// <param name="name">The part's plain name, such as analyses/part-00012.parquet.</param>
    public static string UniqueName(string name)
    {
        var extension = Path.GetExtension(name);
        return $"{name[..^extension.Length]}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}{extension}";
    }

    /// <summary>A file of a store, for messages.</summary>
    /// <param name="store">The store.</param>
    /// <param name="name">The file's name in it.</param>
    internal static string PlaceOf(this IArchiveStore store, string name) =>
        store.Folder is { } folder ? Path.Combine(folder, name) : $"{store.Place}/{name}";
}
