using System.Globalization;

namespace Coda.Data.Foundation;

/// <summary>The memory that an undertaking will take, about, told by name before any of it is allocated.</summary>
/// <remarks>
/// Sizes come out of files, options and settings and are believed only if they can be true. They are multiplied as floating-point numbers, so that a need of
/// 1E30 bytes is told as such instead of overflowing. What is small is allowed without a look at the machine.
/// </remarks>
/// <param name="subject">What would take it, as the message begins, for example <c>"persistence"</c>.</param>
public sealed class MemoryNeed(string subject)
{
    /// <summary>A need of so many bytes is never refused for want of free memory.</summary>
    public const double Small = 256e6;

    private readonly List<(string Name, double Bytes, bool IsTooLong)> _parts = [];

    /// <summary>The whole need, in bytes.</summary>
    public double Bytes => _parts.Sum(part => part.Bytes);

    /// <summary>Adds a need.</summary>
    /// <param name="name">What it is, with the numbers that it comes from, as in "64 steps of 40 sites".</param>
    /// <param name="bytes">The bytes of one entry.</param>
    /// <param name="counts">The counts whose product is the number of entries.</param>
    /// <returns>This object, to chain the next.</returns>
    public MemoryNeed Add(string name, double bytes, params ReadOnlySpan<double> counts)
    {
        _parts.Add((name, bytes * Product(counts), false));
        return this;
    }

    /// <summary>Adds what is one array, which has at most two thousand million entries however large the memory is.</summary>
    /// <inheritdoc cref="Add(string, double, ReadOnlySpan{double})"/>
    public MemoryNeed AddArray(string name, double bytes, params ReadOnlySpan<double> counts)
    {
        _parts.Add((name, bytes * Product(counts), Product(counts) > Array.MaxLength));
        return this;
    }

    /// <summary>Adds all that something else needs.</summary>
    /// <param name="other">The other need.</param>
    public MemoryNeed Add(MemoryNeed other)
    {
        _parts.AddRange(other._parts);
        return this;
    }

    /// <summary>Refuses a need that is more than this machine has free.</summary>
    /// <param name="cure">What to do about it, in a sentence.</param>
    /// <exception cref="ArgumentException">It is; the message has both numbers and the largest parts.</exception>
    public void Require(string cure)
    {
        if (_parts.Find(part => part.IsTooLong) is { Name: { } name } part)
        {
            throw new ArgumentException($"{subject}: expected at most {Array.MaxLength} numbers in an array, got more ({name}: {InWords(part.Bytes)}). {cure}");
        }

        if (Bytes > Small && MachineMemory.Free() is var free && Bytes > free)
        {
            throw Refusal($"{InWords(free)} that this machine has free", cure);
        }
    }

    /// <summary>Refuses a need that is more than a bound.</summary>
    /// <param name="bytes">The bound.</param>
    /// <param name="cure">What to do about it, in a sentence.</param>
    /// <exception cref="ArgumentException">It is; the message has both numbers and the largest parts.</exception>
    public void RequireWithin(double bytes, string cure)
    {
        if (Bytes > bytes)
        {
            throw Refusal($"{InWords(bytes)}, the bound", cure);
        }
    }

    /// <summary>A number of bytes as one says it, such as 24 GB.</summary>
    /// <param name="bytes">The number.</param>
    public static string InWords(double bytes)
    {
        string[] units = ["bytes", "KB", "MB", "GB", "TB", "PB", "EB"];
        var unit = 0;
        for (; bytes >= 1000 && unit < units.Length - 1; unit++)
        {
            bytes /= 1000;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{(bytes < 10 ? Math.Round(bytes, 1) : bytes):G3} {units[unit]}");
    }

    private static double Product(ReadOnlySpan<double> counts)
    {
        var product = 1.0;
        foreach (var count in counts)
        {
            product *= count;
        }

        return product;
    }

    private ArgumentException Refusal(string limit, string cure)
    {
        const int most = 3;
        var largest = _parts.OrderByDescending(part => part.Bytes).Take(most).Select(part => $"{part.Name}: {InWords(part.Bytes)}");
        return new ArgumentException($"{subject}: expected to need at most {limit}, got about {InWords(Bytes)} ({string.Join("; ", largest)}). {cure}");
    }
}
