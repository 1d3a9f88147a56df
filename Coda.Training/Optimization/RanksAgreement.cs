using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Coda.Data.Foundation;

namespace Coda.Training.Optimization;

/// <summary>Whether all ranks train the same: they compute the same from the same sums, which processors of different kinds may round differently.</summary>
internal static class RanksAgreement
{
    /// <summary>Refuses ranks that begin, or go on, with different things.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="step">The step to go on from.</param>
    /// <param name="shares">The number of shares on each rank.</param>
    /// <param name="identity">What is trained.</param>
    /// <exception cref="InvalidDataException">They do.</exception>
    public static void Require(IRankGroup ranks, int step, int shares, string identity) => ranks.Agree(
        $"step {step}, {shares} shares, {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))[..16]}",
        "What is trained", "All ranks take one command line, and see one file system.");

    /// <summary>Refuses weights that differ between ranks.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="arrays">All arrays that a checkpoint holds.</param>
    /// <exception cref="InvalidDataException">They differ.</exception>
    public static void Require(IRankGroup ranks, IReadOnlyDictionary<string, float[]> arrays)
    {
        if (ranks.Size == 1)
        {
            return;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, values) in arrays.OrderBy(array => array.Key, StringComparer.Ordinal))
        {
            hash.AppendData(MemoryMarshal.AsBytes<float>(values));
        }

        ranks.Agree(
            Convert.ToHexStringLower(hash.GetHashAndReset())[..16], "The weights after the same steps",
            "Processors of different kinds round differently: start all ranks on machines of one kind.");
    }
}
