namespace TorchSharp;

public static partial class torch
{
    /// <summary>A device: its kind and, for CUDA, which one.</summary>
    public class Device
    {
        public Device(string description)
        {
            ArgumentNullException.ThrowIfNull(description);
            string[] parts = description.Split(':');
            type = ParseType(parts[0]);
            index = parts.Length == 1 ? DefaultIndex(type, -1) : DefaultIndex(type, int.Parse(parts[1]));
        }

        public Device(string deviceType, int index = -1)
            : this(ParseType(deviceType), index)
        {
        }

        public Device(DeviceType deviceType, int index = -1)
        {
            type = deviceType;
            this.index = DefaultIndex(deviceType, index);
        }

        public Device(int index)
            : this(DeviceType.CUDA, index)
        {
        }

        public DeviceType type { get; private set; }

        public int index { get; private set; }

        public static implicit operator Device(string description) => new(description);

        public override string ToString() => type == DeviceType.CUDA ? $"cuda:{Math.Max(index, 0)}" : type.ToString().ToLowerInvariant();

        private static int DefaultIndex(DeviceType type, int index) => type == DeviceType.CUDA && index < 0 ? 0 : type == DeviceType.CUDA ? index : -1;

        private static DeviceType ParseType(string name) => name.ToLowerInvariant() switch
        {
            "cpu" => DeviceType.CPU,
            "cuda" => DeviceType.CUDA,
            "mps" => DeviceType.MPS,
            "meta" => DeviceType.META,
            _ => throw new ArgumentException($"'{name}' is no device type; known are cpu, cuda, mps and meta"),
        };
    }

    public static readonly Device CPU = new(DeviceType.CPU, -1);

    public static readonly Device META = new(DeviceType.META, -1);

    public static Device CUDA => new(DeviceType.CUDA, -1);

    public static Device device(string description) => InitializeDevice(new Device(description));

    public static Device device(string deviceType, int index = -1) => InitializeDevice(new Device(deviceType, index));

    public static Device device(DeviceType deviceType, int index = -1) => InitializeDevice(new Device(deviceType, index));

    public static Device device(int index) => InitializeDevice(new Device(DeviceType.CUDA, index));

    /// <summary>Whether the library is there and the device can be used.</summary>
    public static bool TryInitializeDeviceType(DeviceType deviceType) =>
        Native.Unavailable is null && (deviceType != DeviceType.CUDA || Native.ac_cuda_is_available() != 0);

    /// <summary>Loads the native library.</summary>
    /// <exception cref="DllNotFoundException">libtorch is not installed; the message says what to do.</exception>
    /// <exception cref="InvalidOperationException">CUDA is asked for and not there.</exception>
    public static void InitializeDeviceType(DeviceType deviceType)
    {
        _ = Native.ac_get_num_threads();
        if (deviceType == DeviceType.CUDA && Native.ac_cuda_is_available() == 0)
        {
            throw new InvalidOperationException("CUDA is not available: this libtorch has no CUDA part, or there is no usable GPU.");
        }
    }

    public static Device InitializeDevice(Device? device)
    {
        Device result = device ?? CPU;
        InitializeDeviceType(result.type);
        return result;
    }
}
