using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>What the optimizers of this library share: groups, states, and their saving.</summary>
public abstract class OptimizerHelper : Optimizer
{
    private protected Dictionary<Parameter, OptimizerState> States { get; } = new(ReferenceEqualityComparer.Instance);

    public void save_state_dict(string location)
    {
        using FileStream stream = File.Create(location);
        using BinaryWriter writer = new(stream);
        save_state_dict(writer);
    }

    public void load_state_dict(string location)
    {
        using FileStream stream = File.OpenRead(location);
        using BinaryReader reader = new(stream);
        load_state_dict(reader);
    }

    public void save_state_dict(BinaryWriter writer)
    {
        StateDictionary all = state_dict();
        writer.Write(GetType().Name);
        writer.Write(all.Options.Count);
        writer.Write(all.State.Count);
        all.Options.ForEach(o => o.SaveStateDict(writer));
        all.State.ForEach(s => s.SaveStateDict(writer));
    }

    /// <exception cref="InvalidDataException">Another optimizer wrote it.</exception>
    /// <exception cref="ArgumentException">The numbers of groups or parameters differ.</exception>
    public void load_state_dict(BinaryReader reader)
    {
        string written = reader.ReadString();
        if (written != GetType().Name)
        {
            throw new InvalidDataException($"Mismatched optimizer type: expected '{GetType().Name}', but found '{written}' in the loaded stream.");
        }

        StateDictionary all = state_dict();
        Require(all, reader.ReadInt32(), reader.ReadInt32());
        all.Options.ForEach(o => o.LoadStateDict(reader));
        all.State.ForEach(s => s.LoadStateDict(reader));
    }

    public virtual void load_state_dict(StateDictionary state_dict)
    {
        StateDictionary own = this.state_dict();
        Require(own, state_dict.Options.Count, state_dict.State.Count);
        for (int i = 0; i < own.Options.Count; i++)
        {
            if (!ReferenceEquals(own.Options[i], state_dict.Options[i]))
            {
                own.Options[i].LoadStateDict(state_dict.Options[i]);
            }
        }

        for (int i = 0; i < own.State.Count; i++)
        {
            if (!ReferenceEquals(own.State[i], state_dict.State[i]))
            {
                own.State[i].LoadStateDict(state_dict.State[i]);
            }
        }
    }

    public virtual StateDictionary state_dict()
    {
        StateDictionary all = new();
        foreach (ParamGroup group in _parameter_groups)
        {
            all.Options.Add(group.Options);
            List<int> references = [];
            foreach (Parameter parameter in group.Parameters)
            {
                references.Add(all.State.Count);
                all.State.Add(States[parameter]);
            }

            all.StateIndexRef.Add(references);
        }

        return all;
    }

    public void to(Device device)
    {
        foreach (OptimizerState state in States.Values)
        {
            state.to(device);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (IDisposable state in States.Values.OfType<IDisposable>())
            {
                state.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private static void Require(StateDictionary own, int options, int states)
    {
        if (options != own.Options.Count)
        {
            throw new ArgumentException("Invalid optimizer state -- different number of parameter groups.");
        }

        if (states != own.State.Count)
        {
            throw new ArgumentException("Invalid optimizer state -- different number of states.");
        }
    }
}
