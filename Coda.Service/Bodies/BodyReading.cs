using System.Text.Json;
using Coda.Data.Archives;
using Coda.Service.Problems;
using Microsoft.AspNetCore.Http;

namespace Coda.Service.Bodies;

/// <summary>Reads whole bodies: JSON from memory, Parquet through a file of its own.</summary>
internal static class BodyReading
{
    // Decoding takes a thread of the pool for as long as a body is large: one core is left to everything else that is asked, such as health.
    private static readonly SemaphoreSlim Decoding = new(Math.Max(1, Environment.ProcessorCount - 1));

    /// <summary>Reads JSON.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="RequestFault">The body is no JSON, or not of this shape; 400.</exception>
    public static async Task<T> Json<T>(HttpRequest request, CancellationToken cancellation)
    {
        using var body = new MemoryStream((int)Math.Clamp(request.ContentLength ?? 4096, 0, 1 << 20));
        await request.Body.CopyToAsync(body, cancellation).ConfigureAwait(false);
        await Decoding.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize<T>(body.GetBuffer().AsSpan(0, (int)body.Length), ServiceJson.Options)
                ?? throw Malformed("null", "Send an object.");
        }
        catch (JsonException fault)
        {
            throw Malformed(
                $"at {RequestFault.Shorten(fault.Path ?? "$", 200)} (line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}): {JsonFaults.Describe(fault)}",
                "GET /openapi/v1.json describes the members; numbers are finite, and null stands for what was not observed.");
        }
        finally
        {
            Decoding.Release();
        }
    }

    /// <summary>Reads tidy rows of observations from Parquet.</summary>
    /// <param name="request">The request.</param>
    /// <param name="mostRows">The most rows.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="RequestFault">The body is no whole Parquet file, or has other columns, or too many rows; 400.</exception>
    public static async Task<TidyRows> Parquet(HttpRequest request, long mostRows, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("coda-serve-");
        try
        {
            var path = Path.Combine(folder.FullName, "body");
            await using (var file = new FileStream(path, FileMode.CreateNew))
            {
                await request.Body.CopyToAsync(file, cancellation).ConfigureAwait(false);
            }

            await Decoding.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                return new TidyRows(ObservationTable.Read(path, mostRows), ObservationTable.ReadSiteNames(path));
            }
            catch (ArchiveFormatException fault)
            {
                throw new RequestFault(
                    400, "malformed-body", $"a whole Parquet file of at most {mostRows} rows with the columns step, site and value (and trajectory)",
                    $"another: {fault.Message.Replace(path, "the body", StringComparison.Ordinal).TrimEnd('.')}", "Correct the file and send it again.");
            }
            finally
            {
                Decoding.Release();
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static RequestFault Malformed(string got, string cure) => new(400, "malformed-body", "a JSON object of the route's shape", got, cure);
}
