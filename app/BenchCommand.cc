#include "Bench.hh"
#include "Command.hh"
#include "OnRanks.hh"
#include "TorchPart.hh"

namespace caloforge::app {

void add_bench(CLI::App& app) {
    auto* bench = app.add_subcommand(
        "bench",
        "Measure speed on this machine; verifies before it times.\nExample: caloforge bench generate --json");
    bench->require_subcommand(1);
    auto options = std::make_shared<BenchOptions>();

    auto* generate =
        bench->add_subcommand("generate",
                              "Showers per second by batch, and when writing to a file.\nExample: caloforge "
                              "bench generate --batch 1,16,128 --threads 1");
    add_model_option(*generate, options->model);
    generate->add_option("--instruction-set", options->instruction_set,
                         "For the engine: avx512, avx2, sse4 (default: the best)");
    generate->callback([options] { bench_generate(*options); });

    auto* train = bench->add_subcommand(
        "train",
        "Seconds of one training step, by part; started by mpirun, weak scaling.\nExample: "
        "caloforge bench train --batch 16");
    train->add_option("--network", options->network, "As model.network of a training (default: gan3d)");
    train->add_option("--precision", options->precision, "float32, bfloat16, or on CUDA devices tf32")
        ->check(CLI::IsMember({"float32", "tf32", "bfloat16"}));
    train->add_option("--kernels", options->kernels, "stock (libtorch's own), native or both")
        ->check(CLI::IsMember({"stock", "native", "both"}));
    train->add_flag(
        "--own-norm", options->own_norm,
        "On ranks: batch normalisation over each rank's own batch (training.synchronise_norm = false)");
    train
        ->add_option("--record", options->record,
                     "Instead: write what each step computes and sums to this file, for bench/scaling")
        ->check(named());
    train
        ->add_option(
            "--pretend", options->pretended_ranks,
            "With --record: ranks of the simulated training (2), which decide in what pieces it sums")
        ->transform(whole_number(2, 65536));
    train->callback([options] { torch_part("timing a training").bench_train(*options); });

    auto* allreduce = bench->add_subcommand("allreduce",
                                            "Seconds of sums over ranks, by size.\nExample: mpirun -n 2 "
                                            "caloforge bench allreduce");
    allreduce->callback([options] {
        on_ranks([&](comm::Communicator& communicator) { bench_allreduce(*options, communicator); });
    });

    auto* validate = bench->add_subcommand("validate",
                                           "Showers per second compared, without classifiers.\nExample: "
                                           "caloforge bench validate --showers 20000");
    validate->add_option("--showers", options->batches, "Showers of each set")
        ->delimiter(',')
        ->transform(whole_number(300, 10000000));
    validate->callback([options] { bench_validate(*options); });

    auto* simulate =
        bench->add_subcommand("simulate",
                              "Showers per second of the built-in Monte Carlo.\nExample: caloforge "
                              "bench simulate --energy 50,100");
    simulate->add_option("--detector", options->detector, "Shipped detector or file");
    simulate->add_option("--energy", options->energies, "Incident energies in GeV: 50,100")
        ->delimiter(',')
        ->check(finite_number(std::numeric_limits<double>::min()));
    simulate->callback([options] { bench_simulate(*options); });

    for (auto* command : {generate, train}) {
        command->add_option("--batch", options->batches, "Showers per pass: 1,16,128")
            ->delimiter(',')
            ->transform(whole_number(1, 65536));
        command->add_option("--device", options->device, "cpu or cuda");
    }
    for (auto* command : {generate, train, validate, simulate}) {
        command
            ->add_option("--threads", options->threads,
                         "Threads (0: all cores; generate and simulate: one, then all)")
            ->transform(whole_number(0, 4096));
    }
    for (auto* command : {generate, train, allreduce, validate, simulate}) {
        command->add_option("--seconds", options->seconds, "At least so long per figure")
            ->check(finite_number(std::numeric_limits<double>::min()));
        command->add_flag("--json", options->json, "Machine-readable result on stdout");
    }
}

}  // namespace caloforge::app
