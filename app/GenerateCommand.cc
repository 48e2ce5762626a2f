#include "Command.hh"
#include "ConditionOptions.hh"
#include "DefaultModel.hh"
#include "ShowerRunOptions.hh"
#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/Log.hh"
#include "core/RunRecord.hh"
#include "core/Units.hh"
#include "kernels/InstructionSet.hh"
#include "network/WeightsFile.hh"
#include "study/GenerateRun.hh"

namespace caloforge::app {
namespace {

struct Options : ShowerRunOptions {
    std::string model = default_model;
    std::vector<double> impact;
    std::string particle, theta, phi;
    std::size_t batch = 128;
    std::string backend = "native";
    std::string device = "cpu";
    bool allow_extrapolation = false;
    std::string instruction_set;
};

study::AskedConditions asked_of(const Options& options) {
    study::AskedConditions out = {{sample::energy_field, {energies_of(options.energy)}}};
    if (!options.impact.empty()) {
        out.push_back({sample::impact_field,
                       {sample::Distribution::value(options.impact[0]),
                        sample::Distribution::value(options.impact[1])}});
    }
    const auto angle = [](const char* option, const std::string& text) {
        return text.empty() ? std::optional<sample::Distribution>()
                            : angles_of(option, text).scaled(units::degree);
    };
    if (!options.theta.empty() || !options.phi.empty())
        out.push_back(
            {sample::direction_field, {angle("--theta", options.theta), angle("--phi", options.phi)}});
    if (!options.particle.empty()) out.push_back({sample::particle_field, {particles_of(options.particle)}});
    return out;
}

/// Says what allows to go beyond what was trained.
void check_asked(const study::AskedConditions& asked, const infer::Model& model) {
    try {
        study::check(asked, model);
    } catch (const infer::OutsideTrained& error) {
        throw core::InputError(std::string(error.what()) + " Or accept the risk with --allow-extrapolation?");
    }
}

void run(const Options& options) {
    core::RunRecord record("generate");
    const study::AskedConditions asked = asked_of(options);
    if (!options.instruction_set.empty()) kernels::use_instruction_set(options.instruction_set);
    infer::Team team(infer::Model::find(options.model, {options.backend, options.device, options.threads,
                                                        options.allow_extrapolation}),
                     options.threads);
    const infer::Model& model = team.model();
    check_asked(asked, model);
    core::check_writable(options.out);
    core::check_writable(run_json_beside(options.out));
    check_is_no_input("--out", options.out, {network::WeightsFile::path_of(options.model)});
    record["configuration"] = {{"model", options.model},   {"energy", options.energy},
                               {"count", options.count},   {"first", options.first},
                               {"batch", options.batch},   {"backend", model.backend().name()},
                               {"device", options.device}, {"threads", team.threads()},
                               {"gzip", options.gzip},     {"out", options.out}};
    if (model.backend().name() == "native")
        record["configuration"]["instruction_set"] = kernels::instruction_set();
    if (!options.impact.empty()) record["configuration"]["impact"] = options.impact;
    for (const auto& [name, text] :
         {std::pair{"particle", options.particle}, {"theta", options.theta}, {"phi", options.phi}}) {
        if (!text.empty()) record["configuration"][name] = text;
    }
    record["seed"] = options.seed;
    data::WriteOptions write;
    write.layout = data::usual_layout(team.model().readout());
    write.gzip_level = options.gzip;
    write.provenance = {{"command", "generate"},
                        {"model", model.name()},
                        {"energy", options.energy},
                        {"seed", options.seed},
                        {"first", options.first}};
    const auto times = study::generate_to_file(
        team, {asked, options.count, options.seed, options.first, options.batch}, options.out, write);
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
    add_shower_run_options(
        *command, *options,
        "HDF5 file to write (layout of the public 3DGAN files, of cylindrical cells the CaloChallenge's)",
        "Threads (0: all cores)");
    command
        ->add_option("--impact", options->impact,
                     "Impact point X,Y on the front face, mm from the centre of the central cell (default: "
                     "drawn for each shower, uniform over that cell)")
        ->delimiter(',')
        ->expected(2)
        ->group("Changes physics");
    command
        ->add_option(
            "--particle", options->particle,
            "Of a model that is told: e-, e+ or gamma, or a list of them, each as likely (default: drawn)")
        ->group("Changes physics");
    command
        ->add_option(
            "--theta", options->theta,
            "Of a model that is told: angle to the calorimeter's normal in degrees, one value or a range "
            "(default: drawn)")
        ->group("Changes physics");
    command->add_option("--phi", options->phi, "The same of the angle about the normal")
        ->group("Changes physics");
    command
        ->add_flag("--allow-extrapolation", options->allow_extrapolation,
                   "Go on outside the trained energies and impact points")
        ->group("Changes physics");
    command->add_option("--batch", options->batch, "Showers per pass of the network")
        ->transform(whole_number(1, 65536))
        ->group("Changes speed");
    command->add_option("--backend", options->backend, "What computes: " + infer::backend_help())
        ->check(CLI::IsMember(infer::backend_names()))
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
