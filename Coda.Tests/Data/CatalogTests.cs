using System.Text.Json.Nodes;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Tests.Data;

/// <summary>How plug-ins are found, named and made.</summary>
[TestClass]
public sealed class CatalogTests
{
    private static readonly Catalog<Instrument> Instruments = new("instrument");

    [TestMethod]
    public void EveryPublicSealedSubclassWithOptionsIsFoundByName()
    {
        CollectionAssert.AreEqual(new[] { "rain-gauge", "thermometer2" }, Instruments.Names.ToArray());
        Assert.AreEqual(typeof(RainGaugeInstrument), Instruments.TypeOf("rain-gauge"));
        CollectionAssert.IsSubsetOf(new[] { "lorenz63", "lorenz96", "lorenz96-two-level" }, DynamicalSystem.Catalog.Names.ToArray());
        CollectionAssert.IsSubsetOf(new[] { "runge-kutta4", "heun" }, Integrator.Catalog.Names.ToArray());
    }

    [TestMethod]
    public void OptionsOverrideDefaultsAndContextComesFirst()
    {
        var gauge = (RainGaugeInstrument)Instruments.Create(new Component("rain-gauge", new JsonObject { ["area"] = 3 }), "roof");
        Assert.AreEqual(("roof", 3, "mm"), (gauge.Place, gauge.Given.Area, gauge.Given.Unit));
        Assert.AreEqual(2, ((RainGaugeInstrument)Instruments.Create(new Component("rain-gauge"), "roof")).Given.Area);
        Assert.AreEqual("""{"area":2,"unit":"mm"}""", Instruments.DefaultOptions("rain-gauge").ToJsonString());
    }

    [TestMethod]
    public void AnUnknownNameSuggestsTheNearest()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => Instruments.TypeOf("rian-guage"));
        Assert.AreEqual("Unknown instrument 'rian-guage'. Did you mean 'rain-gauge'? Known: rain-gauge, thermometer2.", fault.Message);
        Assert.AreEqual("Unknown instrument 'x'. Known: rain-gauge, thermometer2.",
            Assert.ThrowsExactly<ArgumentException>(() => Instruments.TypeOf("x")).Message);
    }

    [TestMethod]
    [DataRow("broken", "CatalogTests+Broken of Coda.Tests.dll is passed over: expected a public record Options nested in it, got none.")]
    [DataRow("open", "CatalogTests+Open of Coda.Tests.dll is passed over: expected a sealed class, got one that is open to subclasses.")]
    [DataRow("hidden", "CatalogTests+Hidden of Coda.Tests.dll is passed over: expected a public class, got one that only its own assembly sees.")]
    public void AClassThatIsNoEntrySaysWhyWhereItIsAskedFor(string name, string said) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Instruments.TypeOf(name)).Message, said);

    [TestMethod]
    public void AConstructorOfAnotherShapeIsNamed()
    {
        Assert.AreEqual("expected a public constructor (Options), got (String, Options)", Instruments.FaultOf(typeof(RainGaugeInstrument)));
        Assert.IsNull(new Catalog<Instrument>("instrument", typeof(string)).FaultOf(typeof(RainGaugeInstrument)));
        var fault = Assert.ThrowsExactly<ArgumentException>(() => Instruments.Create(new Component("thermometer2")));
        Assert.AreEqual(
            "instrument 'thermometer2', Coda.Tests.Data.CatalogTests+Thermometer2 of Coda.Tests.dll: expected a public constructor (Options), got ().",
            fault.Message);
    }

    [TestMethod]
    [DataRow("""{ "aera": 3 }""", "aera")]
    [DataRow("""{ "area": "three" }""", "area")]
    [DataRow("""{ "area": 2.5 }""", "area")]
    [DataRow("""{ "area": null }""", "area")]
    public void UnknownAndMistypedOptionsAreRefusedByName(string options, string member)
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(
            () => Instruments.Create(new Component("rain-gauge", JsonNode.Parse(options)!.AsObject()), "roof"));
        StringAssert.Contains(fault.Message, "Options of instrument 'rain-gauge'");
        StringAssert.Contains(fault.Message, member);
        StringAssert.Contains(fault.Message, "Known: area, unit.");
    }

    [TestMethod]
    public void TheConstructorsOwnFaultComesOutAsItIs()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => Instruments.Create(new Component("rain-gauge", new JsonObject { ["area"] = -1 }), "roof"));
        Assert.AreEqual("rain-gauge: Area: expected at least 0, got -1.", fault.Message);
    }

    /// <summary>A contract of the tests' own.</summary>
    public abstract class Instrument;

    /// <summary>A plug-in.</summary>
    public sealed class RainGaugeInstrument : Instrument
    {
        /// <summary>Makes it.</summary>
        public RainGaugeInstrument(string place, Options options)
        {
            new Faults("rain-gauge").Require(options.Area >= 0, nameof(options.Area), "at least 0", options.Area).ThrowIfAny();
            (Place, Given) = (place, options);
        }

        /// <summary>Context.</summary>
        public string Place { get; }

        /// <summary>Options.</summary>
        public Options Given { get; }

        /// <summary>Options.</summary>
        public sealed record Options
        {
            /// <summary>A number.</summary>
            public int Area { get; init; } = 2;

            /// <summary>A text.</summary>
            public string Unit { get; init; } = "mm";
        }
    }

    /// <summary>A plug-in whose name ends in a digit and not in the contract's word.</summary>
    public sealed class Thermometer2 : Instrument
    {
        /// <summary>No options.</summary>
        public sealed record Options;
    }

    /// <summary>No plug-in: it has no options.</summary>
    public sealed class Broken : Instrument;

    internal sealed class Hidden : Instrument
    {
        public sealed record Options;
    }

    /// <summary>No plug-in: it is not sealed.</summary>
    public class Open : Instrument
    {
        /// <summary>No options.</summary>
        public sealed record Options;
    }
}
