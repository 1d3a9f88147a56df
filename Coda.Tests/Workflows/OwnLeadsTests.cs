using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Tests.Archives;
using Coda.Tests.Training;
using Coda.Workflows.Forecasting;

namespace Coda.Tests.Workflows;

/// <summary>Leads of the system's own time, from observations or analyses, where nobody asks for others.</summary>
[TestClass]
public sealed class OwnLeadsTests
{
    private static readonly int[] OfTwenty = [0, 10, 20, 40, 80, 120, 200];

    [TestMethod]
    public void TheyAreInProportionToTheDecorrelationTimeOfWhatIsThere()
    {
        using var folder = new TemporaryDirectory();
        var record = RecordExperimentTests.Oscillation(600); // sin (step / 15): below 1/e after 18 steps
        var whole = record.ReadObservations(0, record.Description.Steps);
        using var observed = ParquetArchive.Create(folder.File("observed"), record.Description);
        observed.WriteObservations([whole]);
        using var analyzed = ParquetArchive.Create(folder.File("analyzed"), record.Description);
        analyzed.WriteStates(ArchiveTable.Analyses, [new StateBlock(0, 0, 1, whole.Values)]);
        foreach (var archive in new[] { observed, analyzed })
        {
            var leads = OwnLeads.Of(archive);
            CollectionAssert.AreEqual(OfTwenty, leads.Steps.ToArray());
            Assert.AreEqual(20, leads.Unit);
            Assert.StartsWith("Leads are multiples of 0.4, about the time of 0.3", leads.Reason);
        }
    }

    [TestMethod]
    public void WhatDoesNotTellHasTenStepsAndAShortRecordShortLeads()
    {
        using var folder = new TemporaryDirectory();
        using var empty = ParquetArchive.Create(folder.File("empty"), RecordExperimentTests.Oscillation(50).Description);
        var leads = OwnLeads.Of(empty);
        CollectionAssert.AreEqual(new[] { 0, 5, 10, 20, 40 }, leads.Steps.ToArray());
        Assert.IsNull(leads.Unit);
        Assert.Contains("does not tell", leads.Reason);
    }
}
