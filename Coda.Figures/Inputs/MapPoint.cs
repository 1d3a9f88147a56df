namespace Coda.Figures.Inputs;

/// <summary>A value at a position.</summary>
/// <param name="X">Where, across; on the axes of the map's <see cref="MapFrame"/>.</param>
/// <param name="Y">Where, upwards.</param>
/// <param name="Value">The value.</param>
/// <param name="Age">How many times of observation ago, from 0: the older, the smaller it is drawn.</param>
public readonly record struct MapPoint(double X, double Y, double Value, int Age = 0);
