using Coda.Data.Foundation;

namespace Coda.Tests.Foundation;

[TestClass]
public sealed class RunWarningsTests
{
    [TestMethod]
    public void AWarningIsKeptOnceFromHoweverManyThreads()
    {
        var warnings = new ResultWarnings();
        Parallel.For(0, 100, i => warnings.Add("gap", $"gap {i % 4}"));
        CollectionAssert.AreEquivalent(new[] { "gap 0", "gap 1", "gap 2", "gap 3" }, warnings.All.Select(w => w.Message).ToArray());
    }

    [TestMethod]
    public void AFailureIsNoRepetitionOfTheSameWords()
    {
        var warnings = new ResultWarnings();
        warnings.Add("gap", "one");
        warnings.Add(new ResultWarning("gap", "one") { IsFailure = true });
        Assert.HasCount(2, warnings.All);
    }
}
