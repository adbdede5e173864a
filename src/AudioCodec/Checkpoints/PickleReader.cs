using System.Numerics;

namespace AudioCodec.Checkpoints;

/// <summary>Reads one pickle as plain data. Nothing is ever executed, imported or instantiated by name.</summary>
/// <remarks>
/// A pickle is a program for a stack machine. Only calls that build dictionaries and torch tensors are interpreted
/// (<see cref="TorchGlobals"/>); all others leave an inert <see cref="PickleObject"/>. Memory is bounded by
/// the number of instructions, which is limited; no instruction copies more than it pops or reads.
/// Source: the instruction set as documented in CPython's pickletools.
/// </remarks>
internal sealed class PickleReader
{
    /// <summary>A state dict with a thousand tensors takes about 30,000 instructions.</summary>
    private const int MaxInstructions = 2_000_000;

    private readonly PickleInput _input;
    private readonly TorchGlobals _globals;
    private readonly PickleStack _stack = new();
    private readonly Dictionary<uint, object?> _memo = [];

    private PickleReader(PickleInput input, Dictionary<string, TorchStorage>? storages)
    {
        _input = input;
        _globals = new TorchGlobals(input.Name, storages);
    }

    /// <summary>Reads the pickle at the input's position, and moves the position behind it.</summary>
    /// <param name="input">Where to read.</param>
    /// <param name="storages">Receives the storages that the pickle refers to, by key, where given.</param>
    /// <exception cref="CheckpointException">The pickle is damaged, or uses instructions that no checkpoint needs.</exception>
    public static object? Read(PickleInput input, Dictionary<string, TorchStorage>? storages = null) => new PickleReader(input, storages).Run();

    private object? Run()
    {
        for (int count = 0; count < MaxInstructions; count++)
        {
            var opcode = (PickleOpcode)_input.ReadByte();
            if (opcode == PickleOpcode.Stop)
            {
                return Pop();
            }

            Execute(opcode);
        }

        throw Fault($"has more than {MaxInstructions} instructions");
    }

    private void Execute(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Protocol:
                CheckProtocol(_input.ReadByte());
                break;
            case PickleOpcode.Frame:
                _input.ReadBytes(8);
                break;
            case PickleOpcode.Mark:
                _stack.PushMark();
                break;
            case PickleOpcode.Pop:
                _stack.Drop();
                break;
            case PickleOpcode.PopMark:
                PopToMark();
                break;
            case PickleOpcode.Dup:
                Push(Peek());
                break;
            case >= PickleOpcode.Tuple1 and <= PickleOpcode.Tuple3:
                Push(PopTuple(opcode - PickleOpcode.Tuple1 + 1));
                break;
            case PickleOpcode.TupleMarked:
                Push(new PickleTuple(PopToMark()));
                break;
            case PickleOpcode.BinGet or PickleOpcode.LongBinGet:
                Recall(opcode == PickleOpcode.BinGet ? _input.ReadByte() : (uint)_input.ReadInt32());
                break;
            case PickleOpcode.BinPut or PickleOpcode.LongBinPut:
                _memo[opcode == PickleOpcode.BinPut ? _input.ReadByte() : (uint)_input.ReadInt32()] = Peek();
                break;
            case PickleOpcode.Memoize:
                _memo[(uint)_memo.Count] = Peek();
                break;
            default:
                if (!TryPushLiteral(opcode) && !TryFillContainer(opcode) && !TryCall(opcode))
                {
                    throw Fault($"uses instruction 0x{(byte)opcode:X2}, which no checkpoint of weights needs");
                }

                break;
        }
    }

    private bool TryPushLiteral(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.None:
                Push(null);
                return true;
            case PickleOpcode.NewTrue or PickleOpcode.NewFalse:
                Push(opcode == PickleOpcode.NewTrue);
                return true;
            case PickleOpcode.BinInt:
                Push((long)_input.ReadInt32());
                return true;
            case PickleOpcode.BinInt1:
                Push((long)_input.ReadByte());
                return true;
            case PickleOpcode.BinInt2:
                Push((long)_input.ReadUInt16());
                return true;
            case PickleOpcode.Long1:
                PushLong(_input.ReadByte());
                return true;
            case PickleOpcode.BinFloat:
                Push(_input.ReadDoubleBigEndian());
                return true;
            case PickleOpcode.BinUnicode or PickleOpcode.BinString:
                Push(_input.ReadText((uint)_input.ReadInt32()));
                return true;
            case PickleOpcode.ShortBinUnicode or PickleOpcode.ShortBinString:
                Push(_input.ReadText(_input.ReadByte()));
                return true;
            case PickleOpcode.BinBytes:
                Push(_input.ReadBytes((uint)_input.ReadInt32()));
                return true;
            case PickleOpcode.ShortBinBytes:
                Push(_input.ReadBytes(_input.ReadByte()));
                return true;
            case PickleOpcode.EmptyDict:
                Push(new PickleDict());
                return true;
            case PickleOpcode.EmptyList or PickleOpcode.EmptySet:
                Push(new List<object?>());
                return true;
            case PickleOpcode.EmptyTuple:
                Push(PickleTuple.Empty);
                return true;
            case PickleOpcode.FrozenSet:
                Push(new List<object?>(PopToMark()));
                return true;
            default:
                return false;
        }
    }

    private bool TryFillContainer(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Append:
                Extend([Pop()]);
                return true;
            case PickleOpcode.AppendMany or PickleOpcode.AddItems:
                Extend(PopToMark());
                return true;
            case PickleOpcode.SetItem:
                object? value = Pop();
                SetItems([Pop(), value]);
                return true;
            case PickleOpcode.SetItems:
                SetItems(PopToMark());
                return true;
            case PickleOpcode.Build:
                object? state = Pop();
                if (Peek() is PickleObject target)
                {
                    target.State = state;
                }

                // The attributes of a dictionary, in which torch keeps version numbers of modules, are ignored.
                return true;
            default:
                return false;
        }
    }

    private bool TryCall(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Global:
                Push(new PickleGlobal(_input.ReadLine(), _input.ReadLine()));
                return true;
            case PickleOpcode.StackGlobal:
                object? name = Pop();
                Push(Pop() is string module && name is string text ? new PickleGlobal(module, text) : throw Fault("names a global by something that is not text"));
                return true;
            case PickleOpcode.Reduce or PickleOpcode.NewObject:
                PickleTuple arguments = Pop() as PickleTuple ?? throw Fault("calls something with arguments that are not a tuple");
                Push(_globals.Call(Pop(), arguments));
                return true;
            case PickleOpcode.NewObjectWithKeywords:
                Pop();
                PickleTuple positional = Pop() as PickleTuple ?? throw Fault("calls something with arguments that are not a tuple");
                Push(_globals.Call(Pop(), positional));
                return true;
            case PickleOpcode.BinPersId:
                Push(_globals.Storage(Pop()));
                return true;
            default:
                return false;
        }
    }

    private void CheckProtocol(byte version)
    {
        if (version is < 2 or > 5)
        {
            throw Fault($"has protocol {version}; 2 to 5 can be read");
        }
    }

    private void PushLong(int length)
    {
        var value = new BigInteger(_input.ReadBytes(length));
        if (value >= long.MinValue && value <= long.MaxValue)
        {
            Push((long)value);
        }
        else
        {
            Push(value);
        }
    }

    private void Extend(object?[] items)
    {
        switch (Peek())
        {
            case List<object?> list:
                list.AddRange(items);
                break;
            case PickleObject:
                break;
            default:
                throw Fault("appends to something that is not a list");
        }
    }

    private void SetItems(object?[] pairs)
    {
        if (pairs.Length % 2 != 0)
        {
            throw Fault("sets a key without a value");
        }

        switch (Peek())
        {
            case PickleDict dictionary:
                for (int i = 0; i < pairs.Length; i += 2)
                {
                    dictionary.Set(pairs[i], pairs[i + 1]);
                }

                break;
            case PickleObject:
                break;
            default:
                throw Fault("sets a key of something that is not a dictionary");
        }
    }

    private void Recall(uint index) =>
        Push(_memo.TryGetValue(index, out object? value) ? value : throw Fault($"refers to memo {index}, which was never set"));

    private void Push(object? value) => _stack.Push(value);

    private object? Pop() => _stack.Pop() is (true, var value) ? value : throw EmptyStack();

    private object? Peek() => _stack.Peek() is (true, var value) ? value : throw EmptyStack();

    private object?[] PopToMark() => _stack.PopToMark() ?? throw Fault("looks for a mark that was never set");

    private PickleTuple PopTuple(int length)
    {
        var items = new object?[length];
        for (int i = length - 1; i >= 0; i--)
        {
            items[i] = Pop();
        }

        return new PickleTuple(items);
    }

    private CheckpointException EmptyStack() => Fault("takes a value from an empty stack");

    private CheckpointException Fault(string what) =>
        new($"{_input.Name}: the pickle {what} (before byte {_input.Position}). The file is damaged or is not a checkpoint.", _input.Name);
}
