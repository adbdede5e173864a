namespace AudioCodec.Torch;

/// <summary>The device among the options of a codec.</summary>
public static class ComputeDeviceOptions
{
    extension(CodecOptions options)
    {
        /// <summary>Where the codec's networks run: <c>cpu</c> (the managed engine), <c>cuda</c>, <c>cuda:1</c>, <c>auto</c> or <c>torch</c>, as <see cref="ComputeDevice"/> says.</summary>
        /// <exception cref="ArgumentException">There is no device of that name.</exception>
        public string Device
        {
            get => (options.CreateEngine?.Target as ComputeDevice ?? ComputeDevice.Managed).Name;
            set => options.CreateEngine = (ComputeDevice.TryParse(value)
                ?? throw new ArgumentException($"There is no device '{value}'; cpu, cuda, cuda:N, auto and torch are possible.", nameof(value))).CreateEngine;
        }
    }
}
