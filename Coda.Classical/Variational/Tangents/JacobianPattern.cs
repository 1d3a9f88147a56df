using Coda.Data.Foundation;
using Coda.Inference.Forecasting;

namespace Coda.Classical.Variational.Tangents;

/// <summary>Which entries of a map's derivative can differ from 0, and the few perturbations from which all of them can be read.</summary>
/// <remarks>
/// Curtis, Powell and Reid (1974): columns without a common row share one perturbation. One step of Lorenz-96 with RK4 reaches 8 sites back and 4 ahead, so
/// that 14 perturbations give the 40 columns. The pattern is found at a few states, and every use is checked against one more perturbation in a general
/// direction. Immutable; safe to share.
/// </remarks>
internal sealed class JacobianPattern
{
    private const int Attempts = 3;
    private const double WorthwhileShare = 0.8;
    private const int Spacing = 64;
    private const int LeastTeeth = 4;

    private JacobianPattern(int outputSize, int[][] rowsOf, bool isConstant)
    {
        (InputSize, OutputSize, IsConstant, RowsOf) = (rowsOf.Length, outputSize, isConstant, rowsOf);
        ColumnsOf = Transposed();
        (ColourOf, ColourCount) = Colour();
        PlacesOf = [.. ColumnsOf.Select((columns, i) => columns.Select(m => (ColourOf[m] * OutputSize) + i).ToArray())];
        Perturbations = new double[(ColourCount + 1) * InputSize];
        var random = new CounterRandom(0x7A27);
        for (var m = 0; m < InputSize; m++)
        {
            Perturbations[(ColourOf[m] * InputSize) + m] = 1;
            Perturbations[(ColourCount * InputSize) + m] = random.NextGaussian();
        }

        Weights = new double[ColourCount * OutputSize];
        for (var i = 0; i < OutputSize; i++)
        {
            for (var k = 0; k < ColumnsOf[i].Length; k++)
            {
                Weights[PlacesOf[i][k]] = Perturbations[(ColourCount * InputSize) + ColumnsOf[i][k]];
            }
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

    /// <summary>For each row, where the entries of its columns stand in the images of the perturbations. [member, output]</summary>
    public int[][] PlacesOf { get; }

    /// <summary>The number of such perturbations; one more, the last, is the check.</summary>
    public int ColourCount { get; }

    /// <summary>The perturbations. [member, input]</summary>
    public double[] Perturbations { get; }

    /// <summary>What the images of the perturbations, entry by entry, add to that of the check. [member, output]</summary>
    public double[] Weights { get; }

    /// <summary>The pattern of a map without zeros.</summary>
    /// <param name="inputSize">The number of columns.</param>
    /// <param name="outputSize">The number of rows.</param>
    public static JacobianPattern Dense(int inputSize, int outputSize)
    {
        int[] all = [.. Enumerable.Range(0, outputSize)];
        return new JacobianPattern(outputSize, [.. Enumerable.Repeat(all, inputSize)], isConstant: false);
    }

    /// <summary>Finds the pattern of a map.</summary>
    /// <param name="map">The map.</param>
    /// <param name="typicalState">A state near those that the map will be used at, different for every number.</param>
    /// <param name="isPeriodicLine">Whether columns and rows are sites of the same periodic line: then a large one takes no more perturbations than a small
    /// one, where the map is local.</param>
    /// <param name="forcing">A forcing over a step, where the map has one; then the derivative counts as one that changes with it. [2, channel]</param>
    public static JacobianPattern Of(ITangentMap map, Func<int, double[]> typicalState, bool isPeriodicLine = false, double[]? forcing = null)
    {
        var (columns, rows) = (map.InputSize, map.OutputSize);
        var takesCombs = isPeriodicLine && columns == rows && columns >= LeastTeeth * Spacing;
        var probe = takesCombs ? PatternProbe.Combs(columns, columns / Spacing) : PatternProbe.Units(columns);
        if (!probe.Find(map, typicalState, Attempts, forcing, out var rowsOf, out var isConstant))
        {
            _ = PatternProbe.Units(columns).Find(map, typicalState, Attempts, forcing, out rowsOf, out isConstant);
        }

        var pattern = new JacobianPattern(rows, rowsOf, isConstant);
        return isConstant || pattern.ColourCount <= WorthwhileShare * columns ? pattern : Dense(columns, rows);
    }

    private int[][] Transposed()
    {
        var columnsOf = Enumerable.Range(0, OutputSize).Select(_ => new List<int>()).ToArray();
        for (var m = 0; m < InputSize; m++)
        {
            foreach (var i in RowsOf[m])
            {
                columnsOf[i].Add(m);
            }
        }

        return [.. columnsOf.Select(c => c.ToArray())];
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
