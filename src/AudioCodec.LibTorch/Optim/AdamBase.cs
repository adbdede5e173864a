using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace AudioCodec.LibTorch;

/// <summary>What Adam and AdamW share: all but where weight decay goes. One native call a step.</summary>
/// <remarks>
/// TorchSharp has two types with nothing in common, so this one stands outside its namespaces; generic, so that the options, states and
/// groups of the two stay different types, as they are there.
/// </remarks>
/// <typeparam name="TOptimizer">The optimizer itself.</typeparam>
public abstract class AdamBase<TOptimizer> : OptimizerHelper, IBetas
    where TOptimizer : AdamBase<TOptimizer>
{
    private readonly Options _defaults;
    private readonly bool _decoupled;

    private protected AdamBase(IEnumerable<ParamGroup> parameters, Options defaults, bool decoupled)
    {
        (_defaults, _decoupled) = (defaults, decoupled);
        AdamSteps.Validate(
            defaults.LearningRate.GetValueOrDefault(), defaults.beta1.GetValueOrDefault(), defaults.beta2.GetValueOrDefault(),
            defaults.eps.GetValueOrDefault(), defaults.weight_decay.GetValueOrDefault());
        foreach (ParamGroup group in parameters)
        {
            add_param_group(group);
        }
    }

    public (double, double) Betas
    {
        get => (_defaults.beta1.GetValueOrDefault(), _defaults.beta2.GetValueOrDefault());
        set => (_defaults.beta1, _defaults.beta2) = value;
    }

    /// <summary>Changes every parameter that has a gradient; returns the closure's loss, if a closure is given.</summary>
    public override Tensor? step(Func<Tensor>? closure = null)
    {
        Tensor? loss = AdamSteps.Loss(closure);
        foreach (ParamGroup group in _parameter_groups.Cast<ParamGroup>())
        {
            Options o = group.Options;
            AdamSettings settings = new()
            {
                LearningRate = group.LearningRate,
                Beta1 = o.beta1.GetValueOrDefault(),
                Beta2 = o.beta2.GetValueOrDefault(),
                Epsilon = o.eps.GetValueOrDefault(),
                WeightDecay = o.weight_decay.GetValueOrDefault(),
                Decoupled = _decoupled ? 1 : 0,
                Amsgrad = o.amsgrad == true ? 1 : 0,
                Maximize = o.maximize == true ? 1 : 0,
            };
            AdamSteps.Run([.. group.Parameters], p => ++Of(p).step, p => new(Of(p).exp_avg, Of(p).exp_avg_sq, Of(p).max_exp_avg_sq), settings);
        }

        return loss;
    }

    public override void add_param_group(TorchSharp.Modules.ParamGroup param_group)
    {
        // A group without options, or with some open, takes the optimizer's own values.
        Options options = (Options?)param_group.Options ?? new Options();
        param_group.Options = options;
        options.LearningRate ??= _defaults.LearningRate;
        options.InitialLearningRate = options.LearningRate.GetValueOrDefault();
        options.beta1 ??= _defaults.beta1;
        options.beta2 ??= _defaults.beta2;
        options.eps ??= _defaults.eps;
        options.weight_decay ??= _defaults.weight_decay;
        options.amsgrad ??= _defaults.amsgrad;
        options.maximize ??= _defaults.maximize;
        param_group.Parameters = [.. param_group.Parameters];
        base.add_param_group(param_group);
        foreach (Parameter parameter in param_group.Parameters)
        {
            State state = new(parameter);
            state.Initialize(options);
            States[parameter] = state;
        }
    }

    private protected static Options DefaultsOf(double lr, double beta1, double beta2, double eps, double weightDecay, bool amsgrad, bool maximize) => new()
    {
        LearningRate = lr,
        InitialLearningRate = lr,
        beta1 = beta1,
        beta2 = beta2,
        eps = eps,
        weight_decay = weightDecay,
        amsgrad = amsgrad,
        maximize = maximize,
    };

    private State Of(Parameter parameter) => (State)States[parameter];

    /// <summary>Step count and moments of one parameter.</summary>
    public sealed class State : OptimizerState, IDisposable
    {
        public long step;
        public Tensor exp_avg = null!; // set by Initialize, which add_param_group calls
        public Tensor exp_avg_sq = null!; // likewise
        public Tensor? max_exp_avg_sq;

        public State(Parameter parameter)
            : base(parameter)
        {
        }

        public void Dispose()
        {
            exp_avg?.Dispose();
            exp_avg_sq?.Dispose();
            max_exp_avg_sq?.Dispose();
        }

        public override void Initialize(OptimizerOptions options)
        {
            Dispose();
            step = 0;
            exp_avg = zeros_like(_parameter).DetachFromDisposeScope();
            exp_avg_sq = zeros_like(_parameter).DetachFromDisposeScope();
            max_exp_avg_sq = ((Options)options).amsgrad == true ? zeros_like(_parameter).DetachFromDisposeScope() : null;
        }

        public override void to(Device device)
        {
            exp_avg = exp_avg.to(device, disposeAfter: device.type != exp_avg.device_type).DetachFromDisposeScope();
            exp_avg_sq = exp_avg_sq.to(device, disposeAfter: device.type != exp_avg_sq.device_type).DetachFromDisposeScope();
            max_exp_avg_sq = max_exp_avg_sq?.to(device, disposeAfter: device.type != max_exp_avg_sq.device_type).DetachFromDisposeScope();
        }

        public override void SaveStateDict(BinaryWriter writer)
        {
            writer.Write(step);
            AdamSteps.Save(writer, exp_avg);
            AdamSteps.Save(writer, exp_avg_sq);
            writer.Write(max_exp_avg_sq is not null);
            if (max_exp_avg_sq is not null)
            {
                AdamSteps.Save(writer, max_exp_avg_sq);
            }
        }

        public override void LoadStateDict(BinaryReader reader)
        {
            step = reader.ReadInt64();
            AdamSteps.Load(reader, exp_avg);
            AdamSteps.Load(reader, exp_avg_sq);
            bool hasMaximum = reader.ReadBoolean();
            max_exp_avg_sq?.Dispose();
            max_exp_avg_sq = hasMaximum ? zeros_like(_parameter).DetachFromDisposeScope() : null;
            if (max_exp_avg_sq is not null)
            {
                AdamSteps.Load(reader, max_exp_avg_sq);
            }
        }

        public override void LoadStateDict(OptimizerState source)
        {
            State other = (State)source;
            Dispose();
            step = other.step;
            exp_avg = AdamSteps.Copy(other.exp_avg, _parameter);
            exp_avg_sq = AdamSteps.Copy(other.exp_avg_sq, _parameter);
            max_exp_avg_sq = other.max_exp_avg_sq is null ? null : AdamSteps.Copy(other.max_exp_avg_sq, _parameter);
        }

        public override bool ApproximatelyEquals(OptimizerState other) =>
            other is State s && step == s.step && exp_avg.allclose(s.exp_avg) && exp_avg_sq.allclose(s.exp_avg_sq)
            && (max_exp_avg_sq is null || (s.max_exp_avg_sq is not null && max_exp_avg_sq.allclose(s.max_exp_avg_sq)));
    }

    /// <summary>The settings of a group.</summary>
    public class Options : OptimizerOptions
    {
        public double? beta1;
        public double? beta2;
        public double? weight_decay;
        public double? eps;
        public bool? amsgrad;
        public bool? maximize;

        public override void LoadStateDict(OptimizerOptions source)
        {
            base.LoadStateDict(source);
            Options o = (Options)source;
            (beta1, beta2, eps, weight_decay, amsgrad, maximize) = (o.beta1, o.beta2, o.eps, o.weight_decay, o.amsgrad, o.maximize);
        }

        public override void LoadStateDict(BinaryReader reader)
        {
            base.LoadStateDict(reader);
            (beta1, beta2, eps, weight_decay) = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
            (amsgrad, maximize) = (reader.ReadBoolean(), reader.ReadBoolean());
        }

        public override void SaveStateDict(BinaryWriter writer)
        {
            base.SaveStateDict(writer);
            writer.Write(beta1.GetValueOrDefault());
            writer.Write(beta2.GetValueOrDefault());
            writer.Write(eps.GetValueOrDefault());
            writer.Write(weight_decay.GetValueOrDefault());
            writer.Write(amsgrad == true);
            writer.Write(maximize == true);
        }
    }

    /// <summary>A group of parameters.</summary>
    public class ParamGroup : ParamGroup<Options>, IBetas
    {
        public ParamGroup()
        {
        }

        public ParamGroup(IEnumerable<Parameter> parameters, Options options)
            : base(parameters, options)
        {
        }

        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0, bool amsgrad = false, bool maximize = false)
            : base(parameters, new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, amsgrad = amsgrad, maximize = maximize })
        {
        }

        public (double, double) Betas
        {
            get => (Options.beta1.GetValueOrDefault(), Options.beta2.GetValueOrDefault());
            set => (Options.beta1, Options.beta2) = value;
        }
    }
}
