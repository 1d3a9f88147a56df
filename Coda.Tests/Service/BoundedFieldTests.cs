using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Sessions;
using Coda.Service.Hosting;
using Coda.Service.Settings;
using Coda.Tests.Archives;
using Coda.Tests.Inference;

namespace Coda.Tests.Service;

[TestClass]
public sealed class BoundedFieldTests
{
    [TestMethod]
    public async Task AModelOfFieldsWithBoundsIsRefusedBeforeItIsServed()
    {
        using var folder = new TemporaryDirectory();
        var card = ExampleModels.Write(folder.Path);
        CodaJson.Write(Path.Combine(folder.Path, ModelFolder.Card), card with { Layout = card.Layout.Within(StateDomain.Positive) });
        using var model = OnnxModel.Open(folder.Path);
        var fault = await Assert.ThrowsExactlyAsync<ArgumentException>(
            () => CodaService.StartAsync(model, new ServiceSettings { Port = 0 }, TextWriter.Null, TimeProvider.System));
        Assert.Contains("expected a model whose fields have no bounds", fault.Message);
    }
}
