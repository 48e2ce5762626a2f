/// For LeakSanitizer, which asks for this at the end of a program: fontconfig keeps the pattern it found,
/// once per process, behind offsets instead of pointers; that looks like a leak.
extern "C" __attribute__((visibility("default"))) const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libfontconfig";
}
