using Coda.Data.Algebra;
using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Data.Dynamics;

/// <summary>A system whose state has some of its parameters appended, dθ/dt = 0, so that any assimilation method estimates them with the state.</summary>
/// <remarks>
/// State augmentation after Jazwinski, "Stochastic Processes and Filtering Theory", 1970, section 8.4. For systems whose tendency takes parameters entry by
/// entry, as functions of the state along its last axis do. Immutable; safe to share.
/// </remarks>
public sealed class AugmentedSystem : DynamicalSystem
{
    /// <summary>The name of the field that holds the parameters.</summary>
    public const string Field = "parameters";

    private readonly DynamicalSystem _system;
    private readonly ParameterDefinition[] _appended;

    /// <summary>Makes the system.</summary>
    /// <param name="options">The system and which of its parameters join the state.</param>
    /// <exception cref="ArgumentException">No such system or parameter, or none.</exception>
    public AugmentedSystem(Options options)
    {
        _system = Catalog.Create(options.System);
        var names = options.Parameters ?? [.. _system.Parameters.Select(p => p.Name)];
        new Faults("augmented")
            .Require(names.Count > 0, nameof(options.Parameters), "at least one parameter", "none")
            .Require(
                names.All(_system.ParameterNumbers.ContainsKey), nameof(options.Parameters),
                $"parameters of '{options.System.Name}' ({string.Join(", ", _system.ParameterNumbers.Keys)})", string.Join(", ", names))
            .Require(names.Distinct().Count() == names.Count, nameof(options.Parameters), "every parameter once", string.Join(", ", names))
            .ThrowIfAny();
        _appended = [.. names.Select(name => _system.Parameters.Single(p => p.Name == name))];
        Layout = new StateLayout(
        [
            .. _system.Layout.Fields,
            .. options.IsBounded ? _appended.Select(Bounded) : [new StateField(Field, new Components(_appended.Length))],
        ]);
        Parameters = [.. _system.Parameters.Except(_appended)];
    }

    /// <inheritdoc/>
    public override StateLayout Layout { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterDefinition> Parameters { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<ForcingDefinition> Forcing => _system.Forcing;

    /// <inheritdoc/>
    public override LinearPart? Linear => _system.Linear?.FollowedBy(_appended.Length);

    /// <inheritdoc/>
    public override Field<T> Tendency<T>(Field<T> state, ParameterValues<T> p)
    {
        var size = _system.Layout.Size;
        var values = Parameters.Select(parameter => parameter.Name).Concat(Forcing.Select(u => u.Name)).ToDictionary(name => name, name => p[name].Value);
        for (var i = 0; i < _appended.Length; i++)
        {
            values.Add(_appended[i].Name, state.Slice(size + i, 1).Value);
        }

        var tendency = _system.Tendency(state.Slice(0, size), new ParameterValues<T>(state.Algebra, values));
        return Field<T>.Concat(-1, tendency, state.Slice(size, _appended.Length) * 0);
    }

    private static StateField Bounded(ParameterDefinition parameter)
    {
        static double? Finite(double bound) => double.IsFinite(bound) ? bound : null;
        return new StateField($"{Field}.{parameter.Name}", new Components(1)) { Domain = new StateDomain(Finite(parameter.Lower), Finite(parameter.Upper)) };
    }

    /// <inheritdoc/>
    public override double[] ReferenceState() => [.. _system.ReferenceState(), .. _appended.Select(p => p.Default)];

    /// <summary>The system and the parameters that join its state.</summary>
    public sealed record Options
    {
        /// <summary>The system.</summary>
        public Component System { get; init; } = new("lorenz96");

        /// <summary>The names of the parameters, all of the system's by default; their values in the system's options are where they start.</summary>
        public IReadOnlyList<string>? Parameters { get; init; }

        /// <summary>Whether each parameter is a field of its own that keeps within its declared range.</summary>
        public bool IsBounded { get; init; }
    }
}
