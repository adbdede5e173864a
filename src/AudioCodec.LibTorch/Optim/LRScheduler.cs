namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            /// <summary>Sets the learning rate of every group as a function of the number of calls of <see cref="step()"/>.</summary>
            public abstract class LRScheduler
            {
                protected int _step_count;
                internal Optimizer _optimizer;
                internal int _last_epoch = -1;
                internal double[] _base_lrs;
                private double[] _lastRates;

                protected LRScheduler(Optimizer optimizer, int last_epoch = -1, bool verbose = false)
                {
                    _optimizer = optimizer;
                    _last_epoch = last_epoch;
                    _base_lrs = [.. optimizer.ParamGroups.Select(g => g.InitialLearningRate)];
                    _lastRates = [.. optimizer.ParamGroups.Select(g => g.LearningRate)];
                    if (verbose)
                    {
                        Console.WriteLine($"{GetType().Name} over {_base_lrs.Length} parameter group(s)");
                    }
                }

                public virtual void step() => step(null);

                public virtual void step(int? epoch)
                {
                    _step_count++;
                    _last_epoch = epoch ?? _last_epoch + 1;
                    _lastRates = [.. epoch is null ? get_lr() : get_closed_form_lr()];
                    foreach ((ILearningRateController group, double rate) in _optimizer.ParamGroups.Zip(_lastRates))
                    {
                        group.LearningRate = rate;
                    }
                }

                public virtual void step(double current, int? epoch = null) => step(epoch);

                public IEnumerable<double> get_last_lr() => _lastRates;

                protected virtual IEnumerable<double> get_lr() => _optimizer.ParamGroups.Select(g => g.LearningRate);

                protected virtual IEnumerable<double> get_closed_form_lr() => get_lr();
            }

            public static LRScheduler LambdaLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false) =>
                new Closed(optimizer, (start, n) => start * lr_lambda(n), last_epoch, verbose);

            public static LRScheduler StepLR(Optimizer optimizer, int step_size, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new Closed(optimizer, (start, n) => start * Math.Pow(gamma, n / step_size), last_epoch, verbose);

            public static LRScheduler MultiStepLR(Optimizer optimizer, IList<int> milestones, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new Closed(optimizer, (start, n) => start * Math.Pow(gamma, milestones.Count(m => m <= n)), last_epoch, verbose);

            public static LRScheduler ExponentialLR(Optimizer optimizer, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new Closed(optimizer, (start, n) => start * Math.Pow(gamma, n), last_epoch, verbose);

            public static LRScheduler LinearLR(
                Optimizer optimizer, double start_factor = 1.0 / 3, double end_factor = 1.0, int total_iters = 5, int last_epoch = -1, bool verbose = false) =>
                new Closed(optimizer, (start, n) => start * (start_factor + ((end_factor - start_factor) * Math.Min(total_iters, n) / total_iters)), last_epoch, verbose);

            public static LRScheduler CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1, bool verbose = false) =>
                new Closed(optimizer, (start, n) => eta_min + ((start - eta_min) * (1 + Math.Cos(Math.PI * n / T_max)) / 2), last_epoch, verbose);

            /// <summary>A schedule whose rate follows from the first rate and the number of steps.</summary>
            private sealed class Closed : LRScheduler
            {
                private readonly Func<double, int, double> _rate;

                public Closed(Optimizer optimizer, Func<double, int, double> rate, int last_epoch, bool verbose)
                    : base(optimizer, last_epoch, verbose)
                {
                    _rate = rate;
                    step();
                }

                protected override IEnumerable<double> get_lr() => _base_lrs.Select(start => _rate(start, _last_epoch));
            }
        }
    }
}
