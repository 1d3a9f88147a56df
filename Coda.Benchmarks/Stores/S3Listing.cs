using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace Coda.Benchmarks.Stores;

/// <summary>The answer to a request for a list of objects (ListObjectsV2).</summary>
internal static class S3Listing
{
    public static byte[] Of(IEnumerable<(string Key, long Length)> objects, IQueryCollection query, int pageSize)
    {
        var prefix = (string?)query["prefix"] ?? "";
        var after = (string?)query["continuation-token"];
        var found = objects.Where(o => o.Key.StartsWith(prefix, StringComparison.Ordinal) && (after is null || string.CompareOrdinal(o.Key, after) > 0)).ToList();
        var page = found.Take(pageSize).ToList();
        XNamespace space = "http://s3.amazonaws.com/doc/2006-03-01/";
        var answer = new XElement(
            space + "ListBucketResult",
            new XElement(space + "Prefix", prefix),
            new XElement(space + "KeyCount", page.Count),
            new XElement(space + "IsTruncated", found.Count > page.Count),
            found.Count > page.Count ? new XElement(space + "NextContinuationToken", page[^1].Key) : null,
            page.Select(o => new XElement(
                space + "Contents",
                new XElement(space + "Key", o.Key),
                new XElement(space + "Size", o.Length),
                new XElement(space + "LastModified", "2026-01-01T00:00:00.000Z"))));
        return Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + answer);
    }
}
