using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Inference.Forecasting;

/// <summary>The forward model M, x_{k+1} = M(x_k): a trained hybrid, a bare simulator, persistence, or one of a user's own.</summary>
/// <remarks>
/// Forecasts, ensembles and variational methods all advance states by it. A subclass is one file: sealed, with a nested <c>sealed record Options</c> and a
/// constructor (<see cref="ForecastContext"/>, Options); it is then found by name. One without a tangent serves forecasts and ensembles. Safe for use from
/// several threads.
/// </remarks>
public abstract class ForecastModel
{
    /// <summary>Every forecast model, by name; the context of its entries is a <see cref="ForecastContext"/>.</summary>
    public static Catalog<ForecastModel> Catalog { get; } = new("forecast model", typeof(ForecastContext));

    /// <summary>The model's name in the catalogue.</summary>
    public virtual string Name => Catalog<ForecastModel>.NameOf(GetType());

    /// <summary>Which model it is, in words for the rows of tables, as in "model: hybrid of lorenz96" or "system: lorenz96 F = 8".</summary>
    public virtual string Description => Name;

    /// <summary>The layout of its states.</summary>
    public abstract StateLayout Layout { get; }

    /// <summary>The time step dt.</summary>
    public abstract double StepLength { get; }

    /// <summary>The length of one state.</summary>
    public int StateSize => Layout.Size;

    /// <summary>The observation operator H that the model was trained with; <see langword="null"/> where an archive's own is taken.</summary>
    public virtual Component? Operator => null;

    /// <summary>The layout that <see cref="Operator"/> is of: the first fields of <see cref="Layout"/>, by default all.</summary>
    public virtual StateLayout OperatorLayout => Layout;

    /// <summary>q, the variance of the model's error in one step, where it is known.</summary>
    public virtual double? ErrorVariance => null;

    /// <summary>A state near the attractor, where the model knows one. [space]</summary>
    public virtual IReadOnlyList<double>? ReferenceState => null;

    /// <summary>The forcing that the model reads at both ends of a step, in its order; none by default.</summary>
    public virtual IReadOnlyList<ForcingDefinition> Forcing => [];

    /// <summary>Advances states by one step.</summary>
    /// <param name="states">The states x_k. [batch, space]</param>
    /// <param name="next">Takes the states x_{k+1}; not the same memory. [batch, space]</param>
    /// <param name="batch">The number of states, at least 1.</param>
    /// <exception cref="ArgumentException">A span's length is not batch · <see cref="StateSize"/>.</exception>
    public abstract void Advance(ReadOnlySpan<float> states, Span<float> next, int batch);

    /// <summary>Advances states by one step with the forcing over it; a model with forcing overrides this and its <see cref="Forcing"/>.</summary>
    /// <param name="states">The states x_k. [batch, space]</param>
    /// <param name="next">Takes the states x_{k+1}; not the same memory. [batch, space]</param>
    /// <param name="batch">The number of states, at least 1.</param>
    /// <param name="forcing">The forcing at each state's step and the next; nothing where the model has none. [batch, 2, channel]</param>
    /// <exception cref="ArgumentException">A span's length is another.</exception>
    public virtual void Advance(ReadOnlySpan<float> states, Span<float> next, int batch, ReadOnlySpan<float> forcing)
    {
        ForcingShape.Require(Forcing.Sum(u => u.Size), forcing.Length, batch);
        Advance(states, next, batch);
    }

    /// <summary>Advances states by several steps, of which only the last is kept; what <see cref="Advance(ReadOnlySpan{float}, Span{float}, int)"/> gives,
    /// again and again.</summary>
    /// <param name="states">The states x_k. [batch, space]</param>
    /// <param name="next">Takes the states x_{k+n}; not the same memory. [batch, space]</param>
    /// <param name="batch">The number of states, at least 1.</param>
    /// <param name="steps">The number of steps n, at least 1.</param>
    /// <param name="forcing">The forcing at each state's steps; nothing where the model has none. [batch, n + 1, channel]</param>
    /// <exception cref="ArgumentException">A span's length is not batch · <see cref="StateSize"/>, or there is no step, or the forcing has another
    /// length.</exception>
    public virtual void Advance(ReadOnlySpan<float> states, Span<float> next, int batch, int steps, ReadOnlySpan<float> forcing = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        var channels = Forcing.Sum(u => u.Size);
        ForcingShape.Require(channels, forcing.Length, batch, steps);
        var over = new float[batch * 2 * channels];
        var last = steps > 1 ? new float[next.Length] : [];
        for (var step = 0; step < steps; step++)
        {
            for (var row = 0; row < batch && channels > 0; row++)
            {
                forcing.Slice(((row * (steps + 1)) + step) * channels, 2 * channels).CopyTo(over.AsSpan(row * 2 * channels));
            }

            Advance(step == 0 ? states : last, next, batch, over);
            if (step + 1 < steps)
            {
                next.CopyTo(last);
            }
        }
    }

    /// <summary>Starts one thread's M on states in double precision, for ensembles.</summary>
    /// <param name="isDouble">Whether it computes in double precision, where it can; else in single, which is faster.</param>
    public virtual IStateMap Start(bool isDouble) => new AdvanceMap(this);

    /// <summary>Starts one thread's M with its derivative, in double precision where it can.</summary>
    /// <returns>The map; <see langword="null"/> where the model has no tangent.</returns>
    public virtual ITangentMap? StartTangent() => null;

    /// <summary>Starts one thread's M with the transpose of its derivative, in double precision where it can.</summary>
    /// <returns>The map; <see langword="null"/> where the model has no adjoint.</returns>
    public virtual IAdjointMap? StartAdjoint() => null;

    /// <summary>As <see cref="StartTangent()"/>, in a precision.</summary>
    /// <param name="isDouble">Whether it computes in double precision, where it can; else in single, which is faster, where it can.</param>
    public virtual ITangentMap? StartTangent(bool isDouble) => StartTangent();

    /// <summary>As <see cref="StartAdjoint()"/>, in a precision.</summary>
    /// <param name="isDouble">Whether it computes in double precision, where it can; else in single, which is faster, where it can.</param>
    public virtual IAdjointMap? StartAdjoint(bool isDouble) => StartAdjoint();

    /// <summary>A state near those that the model runs through, from which a free run can start. [space]</summary>
    /// <param name="seed">Tells states apart.</param>
    public virtual double[] TypicalState(int seed) => ReferenceState is { } reference
        ? Near(i => reference[i], i => 0.1 + (0.1 * Math.Abs(reference[i])), seed)
        : Near(_ => 0, _ => 1, seed);

    /// <summary>A state of independent Gaussian numbers. [space]</summary>
    /// <param name="mean">The mean of an entry.</param>
    /// <param name="deviation">Its standard deviation.</param>
    /// <param name="seed">Tells states apart.</param>
    protected double[] Near(Func<int, double> mean, Func<int, double> deviation, int seed)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(deviation);
        var random = new CounterRandom(0x5EED, seed);
        var state = new double[StateSize];
        for (var i = 0; i < state.Length; i++)
        {
            state[i] = mean(i) + (deviation(i) * random.NextGaussian());
        }

        return state;
    }
}
