namespace Coda.Training.Optimization;

/// <summary>Adam on the simulator's scalar parameters, in double precision, within their bounds.</summary>
/// <remarks>Kingma and Ba (2015). Single precision would stall a parameter near 10 at relative steps of 1e-7. Not thread-safe.</remarks>
public sealed class ScalarAdam
{
    private const double FirstDecay = 0.9;
    private const double SecondDecay = 0.999;
    private const double Epsilon = 1e-8;

    /// <summary>The state of one parameter.</summary>
    /// <param name="Value">Its value.</param>
    /// <param name="First">The running mean of its derivative.</param>
    /// <param name="Second">The running mean of the derivative's square.</param>
    public sealed record Moments(double Value, double First, double Second);

    /// <summary>All parameters' state, by name, for checkpoints.</summary>
    public Dictionary<string, Moments> State { get; init; } = [];

    /// <summary>Takes one step.</summary>
    /// <param name="step">The number of this step, from 0.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="name">The parameter.</param>
    /// <param name="derivative">The loss's derivative by it.</param>
    /// <param name="lower">Its least value.</param>
    /// <param name="upper">Its greatest value.</param>
    public void Step(int step, double rate, string name, double derivative, double lower, double upper)
    {
        var (value, first, second) = State[name];
        first = (FirstDecay * first) + ((1 - FirstDecay) * derivative);
        second = (SecondDecay * second) + ((1 - SecondDecay) * derivative * derivative);
        var mean = first / (1 - Math.Pow(FirstDecay, step + 1));
        var deviation = Math.Sqrt(second / (1 - Math.Pow(SecondDecay, step + 1)));
        State[name] = new Moments(Math.Clamp(value - (rate * mean / (deviation + Epsilon)), lower, upper), first, second);
    }
}
