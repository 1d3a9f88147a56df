using System.Text.Json;
using Coda.Data.Archives;
using Coda.Data.Archives.Import;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Service.Problems;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Coda.Service.Bodies;

/// <summary>Reads whole bodies: JSON and CSV from memory, Parquet through a file of its own.</summary>
internal static class BodyReading
{
    private const int LongestExplained = 1 << 20;
    private const int BufferSize = 81920;
    private const string EndedEarly = "Unexpected end of request content"; // the server's only word for it

    // Decoding takes a thread of the pool for as long as a body is large: one core is left to everything else that is asked, such as health.
    private static readonly SemaphoreSlim Decoding = new(Math.Max(1, Environment.ProcessorCount - 1));

    /// <summary>Reads JSON.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="RequestFault">The body is no JSON, or not of this shape; 400.</exception>
    public static async Task<T> Json<T>(HttpRequest request, CancellationToken cancellation)
    {
        using var body = new MemoryStream((int)Math.Clamp(request.ContentLength ?? 4096, 0, 1 << 20));
        await Copy(request, body, cancellation).ConfigureAwait(false);
        await Decoding.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize<T>(body.GetBuffer().AsSpan(0, (int)body.Length), ServiceJson.Options)
                ?? throw Malformed("null", "Send an object.");
        }
        catch (JsonException fault)
        {
            throw Malformed(
                $"another: {Explain<T>(body.GetBuffer().AsMemory(0, (int)body.Length), fault)}",
                "GET /openapi/v1.json describes the members; numbers are finite, and null stands for what was not observed.");
        }
        finally
        {
            Decoding.Release();
        }
    }

    /// <summary>Reads tidy rows of observations from CSV.</summary>
    /// <param name="request">The request.</param>
    /// <param name="settings">Whose observations they are, and the most rows.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="RequestFault">The body is no CSV, or has other columns, too many rows or one that cannot be taken; 400.</exception>
    public static async Task<TidyRows> Csv(HttpRequest request, ObservationTextSettings settings, CancellationToken cancellation)
    {
        using var body = new MemoryStream((int)Math.Clamp(request.ContentLength ?? 4096, 0, 1 << 20));
        await Copy(request, body, cancellation).ConfigureAwait(false);
        await Decoding.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var read = ObservationText.Read(body.ToArray(), "the body", settings, cancellation);
            return new TidyRows(read.Rows, null, read.Calendar);
        }
        catch (InvalidDataException fault)
        {
            throw new RequestFault(
                400, "malformed-body", $"CSV of at most {settings.MostRows} rows with the columns step or time, site and value (and trajectory, sigma)",
                $"another: {fault.Message.TrimEnd('.')}", "Correct the rows and send them again.");
        }
        finally
        {
            Decoding.Release();
        }
    }

    /// <summary>Reads tidy rows of observations from Parquet.</summary>
    /// <param name="request">The request.</param>
    /// <param name="mostRows">The most rows.</param>
    /// <param name="calendar">Reads a date of step 0 that the file brings.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="RequestFault">The body is no whole Parquet file, or has other columns, or too many rows; 400.</exception>
    public static async Task<TidyRows> Parquet(HttpRequest request, long mostRows, Func<string?, StepCalendar?> calendar, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("coda-serve-");
        try
        {
            var path = Path.Combine(folder.FullName, "body");
            await using (var file = new FileStream(path, FileMode.CreateNew))
            {
                await Copy(request, file, cancellation).ConfigureAwait(false);
            }

            await Decoding.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                return new TidyRows(
                    ObservationTable.Read(path, mostRows), ObservationTable.ReadSiteNames(path), calendar(ObservationTable.ReadTimeOrigin(path)))
                {
                    Forcing = ForcingIn(ObservationTable.ReadForcing(path)),
                };
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

    private static ForcingBody? ForcingIn(string? text)
    {
        try
        {
            return text is null ? null : JsonSerializer.Deserialize<ForcingBody>(text, ServiceJson.Options);
        }
        catch (JsonException fault)
        {
            throw new RequestFault(
                400, "malformed-body", "metadata 'forcing' with an object of firstStep and rows in JSON",
                $"another: {Explain<ForcingBody>(System.Text.Encoding.UTF8.GetBytes(text!), fault)}", "Write the Parquet file's metadata anew.");
        }
    }

    // A long body would take many times its size once more.
    private static string Explain<T>(ReadOnlyMemory<byte> body, JsonException fault) => body.Length <= LongestExplained
        ? CodaJson.Explain(body, typeof(T), ServiceJson.Options)
        : $"at {RequestFault.Shorten(fault.Path ?? "$", 200)} (line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}): "
            + "no JSON, or a value of another kind or out of range";

    // Of chunks that are none the server says so in different ways, some of them as if a disk had failed.
    private static async Task Copy(HttpRequest request, Stream target, CancellationToken cancellation)
    {
        var buffer = new byte[BufferSize];
        while (await Read().ConfigureAwait(false) is > 0 and var count)
        {
            await target.WriteAsync(buffer.AsMemory(0, count), cancellation).ConfigureAwait(false);
        }

        async Task<int> Read()
        {
            try
            {
                return await request.Body.ReadAsync(buffer, cancellation).ConfigureAwait(false);
            }
            catch (BadHttpRequestException fault) when (fault.Message.StartsWith(EndedEarly, StringComparison.Ordinal))
            {
                throw new ClientLeftException();
            }
            catch (IOException fault)
                when (fault is not (BadHttpRequestException or ConnectionResetException) && !request.HttpContext.RequestAborted.IsCancellationRequested)
            {
                throw new RequestFault(
                    400, "bad-request", "a body in the form of HTTP", fault.Message.TrimEnd('.'), "Send whole chunks with their sizes, or a Content-Length.");
            }
        }
    }

    private static RequestFault Malformed(string got, string cure) => new(400, "malformed-body", "a JSON object of the route's shape", got, cure);
}
