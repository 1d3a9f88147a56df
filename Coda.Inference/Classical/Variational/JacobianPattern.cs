using Coda.Data.Foundation;

namespace Coda.Inference.Classical.Variational;

/// <summary>Which entries of a map's derivative can differ from 0, and the few perturbations from which all of them can be read.</summary>
/// <remarks>
/// Curtis, Powell and Reid (1974): columns without a common row share one perturbation. One step of Lorenz-96 with RK4 reaches 8 sites back and 4 ahead, so that
/// 14 perturbations give the 40 columns. The pattern is found at a few states, and every use is checked against one more perturbation in a general direction.
/// Immutable; safe to share.
/// </remarks>
internal sealed class JacobianPattern
{
    private const int Attempts = 3;
    private const double WorthwhileShare = 0.8;

    private JacobianPattern(int inputSize, int outputSize, bool[] isNonzero, bool isConstant)
    {
        (InputSize, OutputSize, IsConstant) = (inputSize, outputSize, isConstant);
        RowsOf = [.. Enumerable.Range(0, inputSize).Select(m => Enumerable.Range(0, outputSize).Where(i => isNonzero[(m * outputSize) + i]).ToArray())];
        ColumnsOf = [.. Enumerable.Range(0, outputSize).Select(i => Enumerable.Range(0, inputSize).Where(m => isNonzero[(m * outputSize) + i]).ToArray())];
        (ColourOf, ColourCount) = Colour();
        Perturbations = new double[(ColourCount + 1) * inputSize];
        var random = new CounterRandom(0x7A27);
        for (var m = 0; m < inputSize; m++)
        {
            Perturbations[(ColourOf[m] * inputSize) + m] = 1;
            Perturbations[(ColourCount * inputSize) + m] = random.NextGaussian();
        }
    }

    /// <summary>The number of columns.</summary>
    public int InputSize { get; }

    /// <summary>The number of rows.</summary>
    public int OutputSize { get; }

    /// <summary>Whether the derivative was the same at every state: the map is linear, but for a constant.</summary>
    public bool IsConstant { get; }

    /// <summary>For each column, the rows that can differ from 0.</summary>
    public int[][] RowsOf { get; }

    /// <summary>For each row, the columns that can differ from 0.</summary>
    public int[][] ColumnsOf { get; }

    /// <summary>For each column, the perturbation that it is read from.</summary>
    public int[] ColourOf { get; }

    /// <summary>The number of such perturbations; one more, the last, is the check.</summary>
    public int ColourCount { get; }

    /// <summary>The perturbations. [member, input]</summary>
    public double[] Perturbations { get; }

    /// <summary>The pattern of a map without zeros.</summary>
    /// <param name="inputSize">The number of columns.</param>
    /// <param name="outputSize">The number of rows.</param>
    public static JacobianPattern Dense(int inputSize, int outputSize)
    {
        var all = new bool[inputSize * outputSize];
        Array.Fill(all, true);
        return new JacobianPattern(inputSize, outputSize, all, isConstant: false);
    }

    /// <summary>Finds the pattern of a map.</summary>
    /// <param name="map">The map.</param>
    /// <param name="typicalState">A state near those that the map will be used at, different for every number.</param>
    public static JacobianPattern Of(ITangentMap map, Func<int, double[]> typicalState)
    {
        var (columns, rows) = (map.InputSize, map.OutputSize);
        var units = new double[columns * columns];
        for (var m = 0; m < columns; m++)
        {
            units[(m * columns) + m] = 1;
        }

        var (isNonzero, isConstant) = (new bool[columns * rows], true);
        var (values, derivatives, first) = (new double[rows], new double[columns * rows], Array.Empty<double>());
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            map.Push(typicalState(attempt), units, values, derivatives, 1);
            first = attempt == 0 ? [.. derivatives] : first;
            isConstant &= derivatives.AsSpan().SequenceEqual(first);
            for (var i = 0; i < derivatives.Length; i++)
            {
                isNonzero[i] |= derivatives[i] != 0;
            }
        }

        var pattern = new JacobianPattern(columns, rows, isNonzero, isConstant);
        return isConstant || pattern.ColourCount <= WorthwhileShare * columns ? pattern : Dense(columns, rows);
    }

    private (int[] ColourOf, int Count) Colour()
    {
        var colourOf = new int[InputSize];
        var taken = new List<bool[]>(); // for each colour, the rows it already reads
        for (var m = 0; m < InputSize; m++)
        {
            var colour = taken.FindIndex(rows => !RowsOf[m].Any(i => rows[i]));
            if (colour < 0)
            {
                colour = taken.Count;
                taken.Add(new bool[OutputSize]);
            }

            colourOf[m] = colour;
            foreach (var row in RowsOf[m])
            {
                taken[colour][row] = true;
            }
        }

        return (colourOf, taken.Count);
    }
}
