namespace TorchSharp;

public static partial class torch
{
    /// <summary>A source of random numbers.</summary>
    public class Generator : IDisposable
    {
        public Generator(ulong seed = 0, Device? device = null)
            : this(Native.ac_generator_new(seed, (int)(device ?? CPU).type, (device ?? CPU).index), device ?? CPU)
        {
        }

        private Generator(IntPtr handle, Device device)
        {
            if (handle == IntPtr.Zero)
            {
                Native.Check();
            }

            Handle = handle;
            this.device = device;
        }

        ~Generator() => Dispose(false);

        /// <summary>The generator that functions use when none is given.</summary>
        public static Generator Default => new(Native.ac_generator_default((int)DeviceType.CPU, -1), CPU);

        public IntPtr Handle { get; private set; }

        public Device device { get; private set; }

        public Tensor get_state()
        {
            IntPtr state = Native.ac_generator_get_state(Handle);
            GC.KeepAlive(this);
            return Native.Wrap(state);
        }

        public void set_state(Tensor value)
        {
            Native.ac_generator_set_state(Handle, value.Handle);
            GC.KeepAlive(this);
            GC.KeepAlive(value);
            Native.Check();
        }

        public Generator manual_seed(long seed)
        {
            Native.ac_generator_set_seed(Handle, unchecked((ulong)seed));
            Native.Check();
            return this;
        }

        /// <summary>Seeds from the machine's own source and returns the seed.</summary>
        public long seed()
        {
            long value = unchecked((long)Native.ac_generator_seed(Handle));
            Native.Check();
            return value;
        }

        public long initial_seed() => unchecked((long)Native.ac_generator_initial_seed(Handle));

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            IntPtr handle = Handle;
            Handle = IntPtr.Zero;
            if (handle != IntPtr.Zero)
            {
                Native.ac_generator_free(handle);
            }
        }
    }

    /// <summary>The global random state.</summary>
    public static partial class random
    {
        public static long seed()
        {
            using Generator g = Generator.Default;
            return g.seed();
        }

        public static long initial_seed()
        {
            using Generator g = Generator.Default;
            return g.initial_seed();
        }

        /// <summary>Seeds the generators of all devices.</summary>
        public static Generator manual_seed(long seed)
        {
            Native.ac_manual_seed(seed);
            Native.Check();
            return Generator.Default;
        }

        public static Tensor get_rng_state()
        {
            using Generator g = Generator.Default;
            return g.get_state();
        }

        public static void set_rng_state(Tensor new_state)
        {
            using Generator g = Generator.Default;
            g.set_state(new_state);
        }
    }

    public static long seed() => random.seed();

    public static Generator manual_seed(long seed) => random.manual_seed(seed);

    public static long initial_seed() => random.initial_seed();

    public static Tensor get_rng_state() => random.get_rng_state();

    public static void set_rng_state(Tensor new_state) => random.set_rng_state(new_state);
}
