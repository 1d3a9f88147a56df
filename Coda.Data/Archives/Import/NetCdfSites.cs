using System.Globalization;
using System.Text;
using Coda.Data.Archives.NetCdf;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Import;

/// <summary>What the places of a variable are called as sites.</summary>
/// <remarks>
/// As the variable of labels says that <see cref="ImportOptions.SiteColumn"/> names or, of texts, the attribute <c>coordinates</c>; else by their number,
/// the last axis fastest. Places of several variables bear the variable's name, as entries of a state do: <c>prey</c>, <c>x[3]</c>.
/// </remarks>
/// <param name="file">The file.</param>
/// <param name="variable">The variable.</param>
/// <param name="axes">The axes of space, those of one place left out.</param>
/// <param name="options">What was named.</param>
/// <param name="name">What the variable is called in the names of its places; <see langword="null"/> where it is the only one.</param>
internal sealed class NetCdfSites(NetCdfFile file, NetCdfVariable variable, int[] axes, ImportOptions options, string? name)
{
    private readonly NetCdfDimension[] _axes = [.. axes.Select(axis => variable.Dimensions[axis])];

    /// <summary>The label of each place.</summary>
    /// <exception cref="InvalidDataException">The variable that has the labels lies along other axes.</exception>
    public Func<int, byte[]> Labels()
    {
        var labels = Named();
        if (labels is { Type: NetCdfType.Char or NetCdfType.Text })
        {
            var texts = Array.ConvertAll(file.ReadTexts(labels), Encoding.UTF8.GetBytes);
            return place => texts[place];
        }

        var numbers = labels is null ? null : file.Read(labels);
        string Number(int place) => numbers is null
            ? place.ToString(CultureInfo.InvariantCulture) : numbers[place].ToString("R", CultureInfo.InvariantCulture);
        return place => Encoding.UTF8.GetBytes(name is null ? Number(place) : _axes.Length == 0 ? name : $"{name}[{Number(place)}]");
    }

    private NetCdfVariable? Named()
    {
        var coordinates = (variable.Text("coordinates") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var texts = file.Variables.FirstOrDefault(v => v.Type is NetCdfType.Char or NetCdfType.Text
            && (coordinates.Contains(v.Name) || (coordinates.Contains(v.OwnName) && variable.Group.StartsWith(v.Group, StringComparison.Ordinal)))
            && v.Text("cf_role") != "trajectory_id" && LiesAlong(v));
        var named = file.Variables.FirstOrDefault(v => v.Name == options.SiteColumn);
        if (options.SiteColumn == "site")
        {
            return texts ?? (named is not null && LiesAlong(named) ? named : null);
        }

        return named is not null && LiesAlong(named) ? named : throw new InvalidDataException(ForeignText.Escape(
            $"{file.Path}: variable '{options.SiteColumn}': expected a label for each place of '{variable.Name}' "
            + $"({string.Join(" x ", _axes.Select(a => a.Name))}), got other dimensions. Name another with --site, or none."));
    }

    private bool LiesAlong(NetCdfVariable labels) =>
        labels.Dimensions.SkipLast(labels.Type == NetCdfType.Char ? 1 : 0).Where(axis => axis.Length != 1).SequenceEqual(_axes);
}
