namespace Coda.Workflows.Checking;

/// <summary>Checks one plug-in; what its code throws is a check that failed.</summary>
/// <param name="plugIn">The class.</param>
/// <param name="kind">Its kind.</param>
internal sealed class CheckList(string plugIn, string kind)
{
    private readonly List<PlugInCheck> _all = [];

    /// <summary>What was found so far.</summary>
    public IReadOnlyList<PlugInCheck> All => _all;

    /// <summary>Whether no check has failed yet: those that build on others wait for it.</summary>
    public bool IsPassed => _all.All(check => check.IsPassed);

    /// <summary>Makes a check.</summary>
    /// <param name="check">What is checked, in a word or two.</param>
    /// <param name="cure">What to do where it fails.</param>
    /// <param name="examine">Gives what was found, or throws a <see cref="CheckFailure"/>.</param>
    public CheckList Run(string check, string cure, Func<string> examine)
    {
        try
        {
            _all.Add(new PlugInCheck(plugIn, kind, check, true, examine()));
        }
        catch (CheckFailure fault)
        {
            Fail(check, fault.Message, fault.Cure ?? cure);
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or OutOfMemoryException))
        {
            Fail(check, fault is ArgumentException ? fault.Message : $"{fault.GetType().Name}: {fault.Message}", cure);
        }

        return this;
    }

    /// <summary>Records a check that failed.</summary>
    /// <param name="check">What was checked.</param>
    /// <param name="result">What was expected and what was got.</param>
    /// <param name="cure">What to do.</param>
    public void Fail(string check, string result, string cure) => _all.Add(new PlugInCheck(plugIn, kind, check, false, result, cure));
}
