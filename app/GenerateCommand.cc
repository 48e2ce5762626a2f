#include "Command.hh"
#include "ConditionOptions.hh"
#include "DefaultModel.hh"
#include "ShowerRunOptions.hh"
#include "core/Error.hh"
#include "core/Log.hh"
#include "core/RunRecord.hh"
#include "generate/GenerateRun.hh"
#include "kernels/InstructionSet.hh"

namespace caloforge::app {
namespace {

struct Options : ShowerRunOptions {
    std::string model = default_model;
    std::vector<double> impact;
    std::size_t batch = 128;
    std::string backend = "native";
    std::string device = "cpu";
    bool allow_extrapolation = false;
    std::string instruction_set;
};

void run(const Options& options) {
    core::RunRecord record("generate");
    const auto energy = energies_of(options.energy);
    if (!options.instruction_set.empty()) kernels::use_instruction_set(options.instruction_set);
    generate::ShowerGenerator generator(
        options.model, {options.device, options.threads, options.allow_extrapolation, options.backend});
    generator.check_energies(energy.low(), energy.high());
    std::optional<std::array<float, 2>> impact;
    if (!options.impact.empty()) {
        generator.check_impact(options.impact[0], options.impact[1]);
        impact = {static_cast<float>(options.impact[0]), static_cast<float>(options.impact[1])};
    }
    record["configuration"] = {{"model", options.model},   {"energy", options.energy},
                               {"count", options.count},   {"first", options.first},
                               {"batch", options.batch},   {"backend", generator.backend()},
                               {"device", options.device}, {"threads", generator.threads()},
                               {"gzip", options.gzip},     {"out", options.out}};
    if (generator.backend() == "native")
        record["configuration"]["instruction_set"] = kernels::instruction_set();
    if (impact) record["configuration"]["impact"] = options.impact;
    record["seed"] = options.seed;
    data::WriteOptions write;
    write.gzip_level = options.gzip;
    write.provenance = {{"command", "generate"},
                        {"model", generator.name()},
                        {"energy", options.energy},
                        {"seed", options.seed},
                        {"first", options.first}};
    const generate::GenerateRun what{energy,        options.count, options.seed,
                                     options.first, options.batch, impact};
    const auto times = generate::generate_to_file(generator, what, options.out, write);
    record.add_time("network", times.network);
    record.add_time("generate and write", times.total);
    record.write(run_json_beside(options.out));
    core::info("wrote {} showers to {} in {:.1f} s ({:.3g} showers/s)", options.count, options.out,
               times.total, static_cast<double>(options.count) / times.total);
    if (options.json) print_json(record.json());
}

}  // namespace

void add_generate(CLI::App& app) {
    auto* command =
        app.add_subcommand("generate",
                           "Generate showers with a trained model.\nExample: caloforge generate --model "
                           "clic-forge --energy 10:500 --count 10000 --seed 1 --out fast.h5");
    auto options = std::make_shared<Options>();
    add_model_option(*command, options->model);
    add_shower_run_options(*command, *options, "HDF5 file to write (layout of the public 3DGAN files)",
                           "Threads (0: all cores)");
    command
        ->add_option("--impact", options->impact,
                     "Impact point X,Y on the front face, mm from the centre of the central cell (default: "
                     "drawn for each shower, uniform over that cell)")
        ->delimiter(',')
        ->expected(2)
        ->group("Changes physics");
    command
        ->add_flag("--allow-extrapolation", options->allow_extrapolation,
                   "Go on outside the trained energies and impact points")
        ->group("Changes physics");
    command->add_option("--batch", options->batch, "Showers per pass of the network")
        ->check(whole_number(1, 65536))
        ->group("Changes speed");
    command
        ->add_option(
            "--backend", options->backend,
            "What computes: native (the engine, on a CPU), torch, or torch-rewritten (libtorch with the "
            "network as the engine rewrites it)")
        ->check(CLI::IsMember({"native", "torch", "torch-rewritten"}))
        ->group("Changes speed");
    command->add_option("--device", options->device, "cpu or cuda")->group("Changes speed");
    command
        ->add_option(
            "--instruction-set", options->instruction_set,
            "For the engine: avx2, say, for the same bits on all machines that have it (default: the best)")
        ->group("Changes speed");
    command->callback([options] { run(*options); });
}

}  // namespace caloforge::app
