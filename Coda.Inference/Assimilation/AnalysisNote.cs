using Coda.Data.Archives;

namespace Coda.Inference.Assimilation;

/// <summary>What analyses say of themselves.</summary>
public static class AnalysisNote
{
    /// <summary>How far a method's analyses of an archive look ahead, never beyond the record, and which model they come from.</summary>
    /// <param name="method">The method.</param>
    /// <param name="archive">What the archive holds.</param>
    public static TableNote Of(AssimilationMethod method, ArchiveDescription archive)
    {
        var most = archive.Steps.Count - 1;
        return new TableNote
        {
            LookAhead = method.LookAhead is { } steps ? Math.Min(steps, most) : most,
            Model = method.Model,
            Layout = TableNote.LayoutBeside(archive, method.Layout),
        };
    }
}
