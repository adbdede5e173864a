using static TorchSharp.torch;

namespace AudioCodec.Training.Runs;

/// <summary>Reads numbers from the device.</summary>
internal static class Scalars
{
    /// <summary>Reads several at once: each reading waits until the device has done everything before it.</summary>
    /// <param name="values">Tensors of one number and one type.</param>
    public static double[] Read(IEnumerable<Tensor> values) => stack([.. values.Select(value => value.detach())]).to(ScalarType.Float64).cpu().data<double>().ToArray();
}
