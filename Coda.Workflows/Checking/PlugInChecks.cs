using System.Reflection;
using System.Text.Json;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Training.Experiments;
using Coda.Workflows.Describing;
using Coda.Workflows.Studying;

namespace Coda.Workflows.Checking;

/// <summary>Checks the plug-ins of some assemblies, one after the other.</summary>
/// <param name="job">What, and how far.</param>
internal sealed class PlugInChecks(PlugInCheckJob job)
{
    private const string ClassCure = "Write it as: public sealed class NAME(NAME.Options options), with public sealed record Options in it.";
    private const string MadeCure = "Correct the constructor or the defaults of the options.";

    private readonly Type[] _classes = [.. job.Assemblies.SelectMany(PlugIns.ClassesOf).OrderBy(type => type.FullName, StringComparer.Ordinal)];
    private OfferedContexts? _contexts;

    /// <summary>Checks.</summary>
    /// <param name="isQuick">Whether only what takes a moment is checked: classes, and how systems and operators are made.</param>
    /// <param name="cancellation">Stops them.</param>
    public IEnumerable<PlugInCheck> Run(bool isQuick, CancellationToken cancellation)
    {
        foreach (var kind in CatalogKind.All)
        {
            foreach (var type in Classes(kind.Catalog.Contract))
            {
                cancellation.ThrowIfCancellationRequested();
                var checks = new CheckList(type.Name, kind.Name);
                WithOptions(checks, kind.Catalog, type, isQuick, cancellation);
                foreach (var check in checks.All)
                {
                    yield return check;
                }
            }
        }

        (string Kind, Type Contract)[] named = [("experiment", typeof(NamedExperiment)), ("study", typeof(NamedStudy)), .. job.MoreContracts];
        foreach (var (kind, contract) in named)
        {
            foreach (var type in Classes(contract).Where(type => type.IsVisible))
            {
                var checks = new CheckList(type.Name, kind);
                Named(checks, type);
                foreach (var check in checks.All)
                {
                    yield return check;
                }
            }
        }
    }

    private void WithOptions(CheckList checks, ICatalog catalog, Type type, bool isQuick, CancellationToken cancellation)
    {
        if (!type.IsVisible && !HasOptions(type))
        {
            checks.Run("class", ClassCure, () => "for its own assembly alone: not public, and without Options");
            return;
        }

        checks.Run("class", ClassCure, () => catalog.FaultOf(type) is { } fault
            ? throw new CheckFailure(fault) : $"public, sealed, made from {Words(catalog.ContextOf(type))}");
        if (checks.IsPassed)
        {
            checks.Run("name", "Rename one of them, or load one only.", () => catalog.TypeOf(catalog.NameFor(type)) is not null ? catalog.NameFor(type) : "");
        }

        if (!checks.IsPassed || (isQuick && catalog.Contract != typeof(DynamicalSystem) && catalog.Contract != typeof(ObservationOperator)))
        {
            return;
        }

        object? context = null, made = null;
        checks.Run("made", MadeCure, () => Make(catalog, type, out context, out made));
        if (made is DynamicalSystem system)
        {
            var all = new SystemChecks(system);
            all.Quick(checks);
            if (!isQuick && checks.IsPassed)
            {
                all.Rest(checks, job, cancellation); // at a load, shapes wait for the first evaluation (Simulator)
            }
        }
        else if (made is ObservationOperator observation)
        {
            var all = new OperatorChecks(observation, (StateLayout)context!);
            all.Quick(checks);
            if (!isQuick && checks.IsPassed)
            {
                all.Rest(checks);
            }
        }
    }

    private static void Named(CheckList checks, Type type)
    {
        checks.Run("class", "Write it as: public sealed class NAME, with a constructor that takes nothing.", () =>
            PlugInClass.FaultWithoutOptions(type) is { } fault ? throw new CheckFailure(fault) : "public, sealed, made from nothing");
        if (checks.IsPassed)
        {
            checks.Run("made", MadeCure, () => Made(type) is not null ? "from nothing" : "");
        }

        if (checks.IsPassed && (typeof(NamedExperiment).IsAssignableFrom(type) || typeof(NamedStudy).IsAssignableFrom(type)))
        {
            // Listing them refuses two of one name; commands are listed before any runs.
            checks.Run("name", "Rename one of them, or load one only.", () =>
                typeof(NamedExperiment).IsAssignableFrom(type) ? $"one of {NamedExperiment.All.Count}" : $"one of {NamedStudy.All.Count}");
        }
    }

    // With its default options, from the first context that it takes.
    private string Make(ICatalog catalog, Type type, out object? context, out object? made)
    {
        (context, made) = (null, null);
        if (Required(type) is { Count: > 0 } required)
        {
            return $"not without {string.Join(", ", required)}, which it requires";
        }

        ArgumentException? refusal = null;
        var taken = catalog.ContextOf(type);
        foreach (object[] offered in taken.Count == 0 ? [[]] : Contexts().Of(taken[0]).Select(c => new[] { c }))
        {
            try
            {
                made = Made(type, [.. offered, Made(type.GetNestedType("Options")!)]);
                context = offered.FirstOrDefault();
                return "with its default options";
            }
            catch (ArgumentException fault)
            {
                refusal = fault;
            }
        }

        // A method or a model may need what a check cannot offer, such as a trained model; all others take a state's layout.
        return taken.Count == 0 || taken[0] == typeof(StateLayout) || taken[0] == typeof(SiteMap)
            ? throw new CheckFailure(refusal!.Message)
            : $"not here, for it says: {refusal!.Message}";
    }

    private static bool HasOptions(Type type) => type.GetNestedType("Options", BindingFlags.Public | BindingFlags.NonPublic) is not null;

    private static List<string> Required(Type type) =>
    [
        .. type.GetNestedType("Options")!.GetProperties()
            .Where(property => property.IsDefined(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute)))
            .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)),
    ];

    private static bool IsMade(string system)
    {
        try
        {
            return DynamicalSystem.Catalog.Create(new Component(system)) is not null;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            return false; // its own check says why
        }
    }

    private static string Words(IReadOnlyList<Type> contexts) => string.Join(" and ", contexts.Select(context => context.Name).Append("Options"));

    private static object Made(Type type, params object[] arguments)
    {
        try
        {
            return Activator.CreateInstance(type, arguments)!;
        }
        catch (TargetInvocationException fault) when (fault.InnerException is { } inner)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(inner);
            throw;
        }
    }

    private OfferedContexts Contexts() => _contexts ??= new(
        [
            .. Classes(DynamicalSystem.Catalog.Contract).Where(type => DynamicalSystem.Catalog.FaultOf(type) is null)
                .Select(DynamicalSystem.Catalog.NameFor).Where(IsMade),
        ], job.StepLength);

    private IEnumerable<Type> Classes(Type contract) => _classes.Where(contract.IsAssignableFrom);
}
