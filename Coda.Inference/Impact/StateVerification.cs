using Coda.Data.Archives;

namespace Coda.Inference.Impact;

/// <summary>Forecasts against states, such as later analyses: e = (1 / n) Σ (x_i - v_i)², in the square of the states' unit.</summary>
/// <param name="description">What the states are, in words for tables.</param>
/// <param name="read">The state of a trajectory at a step, or nothing.</param>
public sealed class StateVerification(string description, Func<int, long, ReadOnlyMemory<float>?> read) : IVerification
{
    private ReadOnlyMemory<float> _state;

    /// <inheritdoc/>
    public string Description => description;

    /// <summary>Against the states of a record that fit into memory.</summary>
    /// <param name="description">What the states are, in words for tables.</param>
    /// <param name="blocks">The states.</param>
    public static StateVerification Of(string description, IEnumerable<StateBlock> blocks)
    {
        var states = new Dictionary<(int, long), ReadOnlyMemory<float>>();
        foreach (var block in blocks)
        {
            for (var row = 0; row < block.Count; row++)
            {
                states[(block.Trajectory, block.FirstStep + row)] = block.States.Slice(row * block.StateSize, block.StateSize);
            }
        }

        return new(description, (trajectory, step) => states.TryGetValue((trajectory, step), out var state) ? state : default(ReadOnlyMemory<float>?));
    }

    /// <inheritdoc/>
    public bool Load(int trajectory, long step)
    {
        if (read(trajectory, step) is not { } state)
        {
            return false;
        }

        _state = state;
        return true;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The state is of another size than those that verify.</exception>
    public double Error(ReadOnlySpan<double> state, Span<double> gradient)
    {
        var (sum, expected) = (0.0, _state.Span.ToArray());
        if (state.Length != expected.Length)
        {
            throw new ArgumentException($"Expected forecasts of {expected.Length} entries, as {description} has, got {state.Length}. "
                + "Verify against states of the forecast model's layout.");
        }

        for (var i = 0; i < state.Length; i++)
        {
            var error = state[i] - expected[i];
            sum += error * error;
            gradient[i] = 2 * error / state.Length;
        }

        return sum / state.Length;
    }

    /// <summary>Holds nothing.</summary>
    public void Dispose()
    {
    }
}
