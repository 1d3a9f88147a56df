using System.Text.Json;
using System.Text.Json.Nodes;

namespace Coda.Benchmarks.Faults;

/// <summary>A place in a document: a member of an object or an entry of a list.</summary>
/// <param name="Parent">The object or list.</param>
/// <param name="Name">The member's name; <see langword="null"/> in a list.</param>
/// <param name="Index">The entry's index; -1 in an object.</param>
/// <param name="Node">What is there.</param>
internal sealed record JsonPlace(JsonNode Parent, string? Name, int Index, JsonNode? Node)
{
    /// <summary>Every place below a node, its own members first.</summary>
    /// <param name="parent">The node.</param>
    public static IEnumerable<JsonPlace> Of(JsonNode parent)
    {
        var places = parent switch
        {
            JsonObject members => members.Select(m => new JsonPlace(parent, m.Key, -1, m.Value)),
            JsonArray entries => entries.Select((e, i) => new JsonPlace(parent, null, i, e)),
            _ => [],
        };
        return places.SelectMany(place => place.Node is null ? [place] : Of(place.Node).Prepend(place));
    }

    /// <summary>Whether a value of a kind is there.</summary>
    /// <param name="kind">The kind.</param>
    public bool Is(JsonValueKind kind) => Node?.GetValueKind() == kind;

    /// <summary>Puts something else there.</summary>
    /// <param name="other">What.</param>
    public void Put(JsonNode? other)
    {
        if (Parent is JsonObject members)
        {
            members[Name!] = other;
        }
        else
        {
            ((JsonArray)Parent)[Index] = other;
        }
    }

    /// <summary>Gives the member another name, in its place.</summary>
    /// <param name="name">The other name.</param>
    public void Rename(string name)
    {
        var members = (JsonObject)Parent;
        var at = members.IndexOf(Name!);
        members.Remove(Name!);
        members.Remove(name);
        members.Insert(Math.Min(at, members.Count), name, Node);
    }
}
