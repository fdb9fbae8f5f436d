# SPDX-License-Identifier: Apache-2.0
#
# twinwire-mutants-0 .. 23: the simulator with the RTL as `yosys mutate` writes it, each with its part of the mutants behind `--mutant N`
# (mutants.json says which; those of sample.txt are in program 0). `make mutate` builds them; nothing is done for them before.
find_program(YOSYS yosys)
if(NOT YOSYS)
  message(STATUS "no yosys (Debian: yosys): no target twinwire-mutants")
  return()
endif()
set(MUTANTS_DRAW 0 CACHE STRING "which mutants are taken of all there are; tests were written for draw 0")
if(NOT MUTANTS_DRAW MATCHES "^[0-9]+$")
  message(FATAL_ERROR "MUTANTS_DRAW is a number, not \"${MUTANTS_DRAW}\"")
endif()
set(programs 24) # PROGRAMS of rtl_mutants.py
math(EXPR last "${programs} - 1")
set(mutants ${PROJECT_BINARY_DIR}/mutants)
set(outputs ${mutants}/mutants.c ${mutants}/mutants.json ${mutants}/mutant_pkg.sv)
foreach(k RANGE ${last})
  set(sv_${k} ${rtl_sources})
  list(TRANSFORM sv_${k} PREPEND ${mutants}/${k}/)
  list(APPEND outputs ${sv_${k}})
endforeach()
add_custom_command(OUTPUT ${outputs}
  COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tb/mutate/rtl_mutants.py ${PROJECT_SOURCE_DIR} ${mutants} ${MUTANTS_DRAW}
  DEPENDS tb/mutate/rtl_mutants.py tb/mutate/sample.txt ${rtl_files} COMMENT "Mutating the RTL" VERBATIM)

set(CMAKE_INTERPROCEDURAL_OPTIMIZATION OFF)
# All that is not mutated, without link-time optimisation: it is linked two dozen times.
add_library(mutants_base STATIC EXCLUDE_FROM_ALL ${cmodel_sources} ${scoreboards_sources} ${tb_sources})
target_compile_options(mutants_base PRIVATE -O2)
target_link_libraries(mutants_base PRIVATE ours PUBLIC PkgConfig::CONFIG PkgConfig::TCL PkgConfig::CJSON)

set(include ${verilator_DIR}/include)
add_library(mutants_runtime STATIC EXCLUDE_FROM_ALL
  ${include}/verilated.cpp ${include}/verilated_dpi.cpp ${include}/verilated_vcd_c.cpp ${include}/verilated_threads.cpp tb/mutate/mutant.c ${mutants}/mutants.c)
target_include_directories(mutants_runtime SYSTEM PUBLIC ${include} ${include}/vltstd)
target_include_directories(mutants_runtime PUBLIC tb/mutate)
target_compile_definitions(mutants_runtime PUBLIC TWINWIRE_MUTANTS VM_TRACE=1 VM_TRACE_VCD=1 VM_TRACE_FST=0 VM_COVERAGE=0 VM_SC=0 VL_TIME_CONTEXT)

# One Vtb_top.h is like the other: the class in front of the model.
add_library(mutants_wrappers OBJECT EXCLUDE_FROM_ALL ${wrapper_sources} ${mutants}/0/verilated/all.cc)
set_source_files_properties(${mutants}/0/verilated/all.cc PROPERTIES HEADER_FILE_ONLY ON)
target_include_directories(mutants_wrappers SYSTEM PRIVATE ${mutants}/0/verilated)
target_link_libraries(mutants_wrappers PRIVATE ours mutants_runtime mutants_base)

set(board_sv ${board_sv_sources})
list(TRANSFORM board_sv PREPEND ${PROJECT_SOURCE_DIR}/)
add_custom_target(twinwire-mutants)
foreach(k RANGE ${last}) # not with verilate(), which would Verilate all of them whenever CMake runs
  set(folder ${mutants}/${k}/verilated)
  add_custom_command(OUTPUT ${folder}/all.cc
    COMMAND ${VERILATOR_BIN} --cc --prefix Vtb_top --top-module tb_top --trace --trace-structs --no-trace-params -Wno-lint -Wno-UNOPTFLAT --assert
            -GTargets=${TWINWIRE_RTL_TARGETS} --output-split 0 -Mdir ${folder} ${mutants}/mutant_pkg.sv ${board_sv} ${sv_${k}}
    COMMAND sh -c "cat verilated/Vtb_top*.cpp > verilated/all.cc"
    WORKING_DIRECTORY ${mutants}/${k}
    DEPENDS ${mutants}/mutant_pkg.sv ${board_sv} ${sv_${k}} COMMENT "Verilating mutants, part ${k}" VERBATIM)
  file(WRITE ${mutants}/${k}/model.cc "#include \"verilated/all.cc\"\n")
  add_executable(twinwire-mutants-${k} EXCLUDE_FROM_ALL ${mutants}/${k}/model.cc ${folder}/all.cc $<TARGET_OBJECTS:mutants_wrappers>)
  set_source_files_properties(${folder}/all.cc PROPERTIES HEADER_FILE_ONLY ON)
  set_source_files_properties(${mutants}/${k}/model.cc PROPERTIES COMPILE_OPTIONS "-w;-O2" OBJECT_DEPENDS ${folder}/all.cc)
  target_include_directories(twinwire-mutants-${k} SYSTEM PRIVATE ${folder})
  target_link_libraries(twinwire-mutants-${k} PRIVATE mutants_runtime mutants_base)
  add_dependencies(twinwire-mutants twinwire-mutants-${k})
endforeach()

# ---- C models and scoreboards: in the simulator, in the one with the seeded faults, in the unit tests ----
set(model_sources ${cmodel_sources} ${scoreboards_sources})
list(TRANSFORM model_sources PREPEND ${mutants}/ OUTPUT_VARIABLE model_c)
list(TRANSFORM model_sources PREPEND ${PROJECT_SOURCE_DIR}/)
add_custom_command(OUTPUT ${model_c} ${mutants}/model_mutants.c ${mutants}/model_mutants.json
  COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tb/mutate/c_mutants.py ${PROJECT_SOURCE_DIR} ${mutants} ${MUTANTS_DRAW}
  DEPENDS tb/mutate/c_mutants.py tb/mutate/rtl_mutants.py ${model_sources} COMMENT "Mutating models and scoreboards" VERBATIM)
# Objects, not an archive: they come before the originals, which are then not taken out of theirs.
foreach(layer cmodel scoreboards)
  set(files ${${layer}_sources})
  list(TRANSFORM files PREPEND ${mutants}/)
  add_library(mutants_${layer} OBJECT EXCLUDE_FROM_ALL ${files})
  target_include_directories(mutants_${layer} PRIVATE ${layer})
  target_compile_definitions(mutants_${layer} PRIVATE _DEFAULT_SOURCE)
  target_compile_options(mutants_${layer} PRIVATE -w -O1)
endforeach()
add_library(model_mutants OBJECT EXCLUDE_FROM_ALL tb/mutate/mutant.c ${mutants}/model_mutants.c)
target_include_directories(model_mutants PUBLIC tb/mutate)
target_compile_definitions(model_mutants PUBLIC TWINWIRE_MUTANTS)

add_executable(twinwire-model-mutants EXCLUDE_FROM_ALL ${wrapper_sources} $<TARGET_OBJECTS:mutants_cmodel> $<TARGET_OBJECTS:mutants_scoreboards>)
target_link_libraries(twinwire-model-mutants PRIVATE ours model_mutants twinwire_verilated mutants_base)
add_executable(unit-mutants EXCLUDE_FROM_ALL tb/mutate/unit_mutant.cc $<TARGET_OBJECTS:mutants_cmodel> $<TARGET_OBJECTS:mutants_scoreboards>
  wrappers/i2c_controller_socket.c wrappers/pcf8574_socket.c)
file(GLOB files CONFIGURE_DEPENDS tb/unit/*_test.cc)
target_sources(unit-mutants PRIVATE ${files})
target_link_libraries(unit-mutants PRIVATE ours model_mutants mutants_base GTest::gtest_main)
add_custom_target(twinwire-mutants-c DEPENDS twinwire-model-mutants unit-mutants)
if(TARGET twinwire-faulty)
  set(files ${wrapper_sources})
  list(TRANSFORM files PREPEND ${faulty}/)
  add_executable(twinwire-faulty-mutants EXCLUDE_FROM_ALL ${files} $<TARGET_OBJECTS:mutants_scoreboards>)
  add_dependencies(twinwire-faulty-mutants faulty_sources)
  target_compile_definitions(twinwire-faulty-mutants PRIVATE TWINWIRE_FAULTS)
  target_include_directories(twinwire-faulty-mutants PRIVATE wrappers) # from there ../tb/mutate/mutant.h is found, which is not planted
  target_link_libraries(twinwire-faulty-mutants PRIVATE ours model_mutants twinwire-faulty_verilated twinwire-faulty_tb)
  add_dependencies(twinwire-mutants-c twinwire-faulty-mutants)
endif()

# ---- What CTest runs of it: one program of the RTL's mutants ----
add_test(NAME mutate_build COMMAND ${CMAKE_COMMAND} --build ${PROJECT_BINARY_DIR} --target twinwire-mutants-0)
add_test(NAME mutate COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tb/mutate/mutate_test.py $<TARGET_FILE:twinwire> ${PROJECT_SOURCE_DIR})
set_tests_properties(mutate_build PROPERTIES LABELS system FIXTURES_SETUP twinwire_mutants RESOURCE_LOCK build_folder TIMEOUT 600)
set_tests_properties(mutate PROPERTIES LABELS system FIXTURES_REQUIRED twinwire_mutants PROCESSORS 2 TIMEOUT 600)
